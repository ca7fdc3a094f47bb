import type { FieldError } from './field-error.ts';
import { forbiddenField, invalid, notSupported, required, tooLong } from './field-errors.ts';
import { byteLength } from './names.ts';

const maxFieldManagerBytes = 128;
const printableAscii = /^[ -~]*$/;
const unprintable = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

/** A field manager's name: at most 128 bytes, printable. */
export function validateFieldManager(manager: string, path = 'fieldManager'): FieldError[] {
  const errors: FieldError[] = [];
  if (byteLength(manager) > maxFieldManagerBytes) errors.push(tooLong(path, maxFieldManagerBytes));
  if (printableAscii.test(manager)) return errors;
  let position = 0;
  for (const char of manager) {
    if (unprintable.test(char)) {
      const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      errors.push(invalid(path, manager, `invalid character U+${code} (at position ${position})`));
    }
    position += byteLength(char);
  }
  return errors;
}

/** The query parameters that create, update and patch share. */
export interface WriteOptions {
  readonly fieldManager?: string;
  readonly fieldValidation?: string;
  readonly dryRun?: readonly string[];
  readonly force?: boolean;
}

const fieldValidations = ['', 'Ignore', 'Strict', 'Warn'];

/** Checks the parameters of create and update. The error's kind is `CreateOptions` or `UpdateOptions` in meta.k8s.io. */
export function validateWriteOptions(options: WriteOptions): FieldError[] {
  const errors = validateFieldManager(options.fieldManager ?? '');
  if (options.dryRun?.some((value) => value !== 'All')) errors.push(notSupported('dryRun', options.dryRun, ['All']));
  const { fieldValidation = '' } = options;
  if (!fieldValidations.includes(fieldValidation)) errors.push(notSupported('fieldValidation', fieldValidation, fieldValidations));
  return errors;
}

/** Checks the parameters of patch (kind `PatchOptions`): apply needs a manager, only apply takes force. */
export function validatePatchOptions(options: WriteOptions, apply: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (apply && !options.fieldManager) errors.push(required('fieldManager', 'is required for apply patch'));
  if (!apply && options.force !== undefined) errors.push(forbiddenField('force', 'may not be specified for non-apply patch'));
  return [...errors, ...validateWriteOptions(options)];
}

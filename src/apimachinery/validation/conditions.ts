import type { FieldError } from './field-error.ts';
import { childPath, duplicate, invalid, keyPath, notSupported, required, tooLong } from './field-errors.ts';
import { byteLength, isQualifiedName } from './names.ts';
import { isConditionReason } from './values.ts';

/** meta/v1 Condition, as a client may have sent it. */
interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime?: string | null;
  readonly reason?: string;
  readonly message?: string;
}

const maxReasonBytes = 1024;
const maxMessageBytes = 32 * 1024;

const validateCondition = ({ type = '', status = '', reason = '', message = '', ...rest }: Condition, path: string): FieldError[] => {
  const errors = isQualifiedName(type).map((text) => invalid(childPath(path, 'type'), type, text));
  if (!['False', 'True', 'Unknown'].includes(status)) {
    errors.push(notSupported(childPath(path, 'status'), status, ['False', 'True', 'Unknown']));
  }
  if ((rest.observedGeneration ?? 0) < 0) {
    errors.push(invalid(childPath(path, 'observedGeneration'), rest.observedGeneration, 'must be greater than or equal to zero'));
  }
  if (!rest.lastTransitionTime) errors.push(required(childPath(path, 'lastTransitionTime')));
  const at = childPath(path, 'reason');
  if (reason === '') errors.push(required(at));
  else {
    errors.push(...isConditionReason(reason).map((text) => invalid(at, reason, text)));
    if (byteLength(reason) > maxReasonBytes) errors.push(tooLong(at, maxReasonBytes));
  }
  return byteLength(message) > maxMessageBytes ? [...errors, tooLong(childPath(path, 'message'), maxMessageBytes)] : errors;
};

/** Checks a list of meta/v1 Conditions: complete, and each type once. */
export const validateConditions = (conditions: readonly Condition[] | undefined, path: string): FieldError[] => {
  const seen = new Set<string>();
  return (conditions ?? []).flatMap((condition, index) => {
    const { type = '' } = condition;
    const item = keyPath(path, index);
    const isRepeated = seen.has(type);
    seen.add(type);
    return [...(isRepeated ? [duplicate(childPath(item, 'type'), type)] : []), ...validateCondition(condition, item)];
  });
};

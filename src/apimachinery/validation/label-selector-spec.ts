import type { LabelSelectorSpec } from '../selectors/label-selector.ts';
import type { FieldError } from './field-error.ts';
import { childPath, forbiddenField, invalid, keyPath, required } from './field-errors.ts';
import { isLabelKey, isLabelValue } from './names.ts';
import { validateLabels } from './object-meta.ts';

/** Checks a meta/v1 LabelSelector in an object's spec. */
export function validateLabelSelectorSpec(selector: LabelSelectorSpec | undefined, path: string): FieldError[] {
  if (!selector) return [];
  const errors = validateLabels(selector.matchLabels, childPath(path, 'matchLabels'));
  selector.matchExpressions?.forEach(({ key, operator, values }, i) => {
    const at = keyPath(childPath(path, 'matchExpressions'), i);
    const count = values?.length ?? 0;
    if (operator === 'In' || operator === 'NotIn') {
      if (count === 0) errors.push(required(childPath(at, 'values'), "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (count > 0)
        errors.push(forbiddenField(childPath(at, 'values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    } else errors.push(invalid(childPath(at, 'operator'), operator, 'not a valid selector operator'));
    for (const message of isLabelKey(key)) errors.push(invalid(childPath(at, 'key'), key, message));
    values?.forEach((value, v) => {
      for (const message of isLabelValue(value)) errors.push(invalid(keyPath(childPath(at, 'values'), v), value, message));
    });
  });
  return errors;
}

import type { LabelSelectorSpec } from '../selectors/label-selector.ts';
import type { FieldError } from './field-error.ts';
import { childPath, forbiddenField, invalid, keyPath, required } from './field-errors.ts';
import { isLabelKey, isLabelValue } from './names.ts';
import { validateLabels } from './object-meta.ts';

/** How many values an operator takes; `knownOnly` refuses operators that nobody knows, which newer clients may. */
export const validateOperator = (
  { operator, values = [] }: { readonly operator?: string; readonly values?: readonly string[] },
  path: string,
  { knownOnly }: { readonly knownOnly: boolean },
): FieldError[] => {
  if (operator === 'In' || operator === 'NotIn')
    return values.length > 0 ? [] : [required(childPath(path, 'values'), "must be specified when `operator` is 'In' or 'NotIn'")];
  if (operator === 'Exists' || operator === 'DoesNotExist')
    return values.length === 0
      ? []
      : [forbiddenField(childPath(path, 'values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
  return knownOnly ? [invalid(childPath(path, 'operator'), operator, 'not a valid selector operator')] : [];
};

/** Checks one requirement of a label selector in an object's spec. */
export const validateLabelExpression = (
  expression: { readonly key?: string; readonly operator?: string; readonly values?: readonly string[] },
  path: string,
  options = { knownOnly: true },
): FieldError[] => {
  const { key = '', values = [] } = expression;
  return [
    ...validateOperator(expression, path, options),
    ...isLabelKey(key).map((message) => invalid(childPath(path, 'key'), key, message)),
    ...values.flatMap((value, i) => isLabelValue(value).map((message) => invalid(keyPath(childPath(path, 'values'), i), value, message))),
  ];
};

/** Checks a meta/v1 LabelSelector in an object's spec. */
export function validateLabelSelectorSpec(selector: LabelSelectorSpec | undefined, path: string): FieldError[] {
  if (!selector) return [];
  const expressions = (selector.matchExpressions ?? []).flatMap((expression, i) =>
    validateLabelExpression(expression, keyPath(childPath(path, 'matchExpressions'), i)),
  );
  return [...validateLabels(selector.matchLabels, childPath(path, 'matchLabels')), ...expressions];
}

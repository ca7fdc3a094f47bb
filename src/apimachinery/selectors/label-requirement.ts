import { goQuote } from '../text/go-quote.ts';
import type { FieldError } from '../validation/field-error.ts';
import { invalid, keyPath, notSupported } from '../validation/field-errors.ts';
import { aggregateMessages, formatFieldError } from '../validation/format-field-error.ts';
import { isLabelKey, isLabelValue } from '../validation/names.ts';

/** `exists` and `!` take no values; `=`, `==`, `!=`, `gt` and `lt` one; `in` and `notin` one or more. */
export type LabelOperator = 'in' | 'notin' | '=' | '==' | '!=' | 'exists' | '!' | 'gt' | 'lt';

/** One condition on one label; a selector is the conjunction of its requirements. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  /** Sorted. */
  readonly values: readonly string[];
}

export const labelOperators: readonly LabelOperator[] = ['in', 'notin', '=', '==', '!=', 'gt', 'lt', 'exists', '!'];

const int64Pattern = /^[+-]?[0-9]+$/;
const int64Max = (1n << 63n) - 1n;

/** The integer a label value means to gt and lt; undefined when it is none. */
export const labelInteger = (value: string): bigint | undefined => {
  if (!int64Pattern.test(value)) return undefined;
  const number = BigInt(value.startsWith('+') ? value.slice(1) : value);
  return number > int64Max || number < -int64Max - 1n ? undefined : number;
};

const valueErrors = (operator: LabelOperator, values: readonly string[]): FieldError[] => {
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length > 0 ? [] : [invalid('values', values, "for 'in', 'notin' operators, values set can't be empty")];
    case '=':
    case '==':
    case '!=':
      return values.length === 1 ? [] : [invalid('values', values, 'exact-match compatibility requires one single value')];
    case 'exists':
    case '!':
      return values.length === 0 ? [] : [invalid('values', values, 'values set must be empty for exists and does not exist')];
    case 'gt':
    case 'lt':
      return [
        ...(values.length === 1 ? [] : [invalid('values', values, "for 'Gt', 'Lt' operators, exactly one value is required")]),
        ...values.flatMap((value, i) =>
          labelInteger(value) === undefined
            ? [invalid(keyPath('values', i), value, "for 'Gt', 'Lt' operators, the value must be an integer")]
            : [],
        ),
      ];
    default:
      return [notSupported('operator', operator, labelOperators)];
  }
};

/** The error of a key at `path` ('' prints as `<nil>`), or undefined. */
export const labelKeyError = (key: string, path: string): FieldError | undefined => {
  const messages = isLabelKey(key);
  return messages.length > 0 ? invalid(path, key, messages.join('; ')) : undefined;
};

/** What is wrong with a requirement, as one message; undefined when it is sound. */
export function labelRequirementError({ key, operator, values }: LabelRequirement): string | undefined {
  const errors: FieldError[] = [];
  const keyError = labelKeyError(key, 'key');
  if (keyError) errors.push(keyError);
  errors.push(...valueErrors(operator, values));
  values.forEach((value, i) => {
    const messages = isLabelValue(value);
    if (messages.length > 0) errors.push(invalid(keyPath(keyPath('values', i), key), value, messages.join('; ')));
  });
  return errors.length > 0 ? aggregateMessages(errors.map(formatFieldError)) : undefined;
}

export const matchesRequirement = ({ key, operator, values }: LabelRequirement, labels: Readonly<Record<string, string>>): boolean => {
  const has = Object.hasOwn(labels, key);
  const value = labels[key] ?? '';
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      return has && values.includes(value);
    case 'notin':
    case '!=':
      return !has || !values.includes(value);
    case 'exists':
      return has;
    case '!':
      return !has;
    case 'gt':
    case 'lt': {
      const actual = has ? labelInteger(value) : undefined;
      const limit = labelInteger(values[0] ?? '');
      if (actual === undefined || limit === undefined) return false;
      return operator === 'gt' ? actual > limit : actual < limit;
    }
    default:
      throw new Error(`match label requirement: unknown operator ${goQuote(operator)}`);
  }
};

/** The requirement in selector syntax: `key in (a,b)`, `!key`, `key>1`. */
export const formatRequirement = ({ key, operator, values }: LabelRequirement): string => {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`;
    default:
      return `${key}${operator === 'gt' ? '>' : operator === 'lt' ? '<' : operator}${values[0] ?? ''}`;
  }
};

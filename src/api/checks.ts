import type { LabelSelectorSpec } from '../apimachinery/selectors/label-selector.ts';
import { jsonEqual } from '../apimachinery/equality/json-equal.ts';
import type { FieldError } from '../apimachinery/validation/field-error.ts';
import { childPath, immutable, invalid, keyPath, notSupported, required } from '../apimachinery/validation/field-errors.ts';
import { validateLabelSelectorSpec } from '../apimachinery/validation/label-selector-spec.ts';
import type { NameCheck } from '../apimachinery/validation/names.ts';
import { isPercent, isPortName, isPortNumber } from '../apimachinery/validation/values.ts';

/** One Invalid error for each message. */
export const invalids = (path: string, value: unknown, messages: readonly string[]): FieldError[] =>
  messages.map((message) => invalid(path, value, message));

/** The check's messages about a text. */
export const checked = (check: NameCheck, value: string, path: string): FieldError[] => invalids(path, value, check(value));

/** Required when empty, else checked. */
export const requiredName = (check: NameCheck, value: string | undefined, path: string): FieldError[] =>
  value ? checked(check, value, path) : [required(path)];

export const nonNegative = (value: number | undefined, path: string): FieldError[] =>
  value !== undefined && value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : [];

export const positive = (value: number | undefined, path: string): FieldError[] =>
  (value ?? 0) <= 0 ? [invalid(path, value ?? 0, 'must be greater than zero')] : [];

/** Required when empty, NotSupported when not in the list; `supported` is shown as given. */
export const oneOf = (value: string | undefined, supported: readonly string[], path: string): FieldError[] => {
  if (!value) return [required(path)];
  return supported.includes(value) ? [] : [notSupported(path, value, supported)];
};

/** The same for a field that may be absent. */
export const optionalOneOf = (value: string | undefined, supported: readonly string[], path: string): FieldError[] =>
  value === undefined || supported.includes(value) ? [] : [notSupported(path, value, supported)];

export const unchanged = (value: unknown, old: unknown, path: string): FieldError[] =>
  jsonEqual(value ?? null, old ?? null) ? [] : [immutable(path, value ?? null)];

/** Errors of each item, told its own path. */
export const each = <T>(
  items: readonly T[] | undefined,
  path: string,
  check: (item: T, itemPath: string, index: number) => readonly FieldError[],
): FieldError[] => (items ?? []).flatMap((item, index) => check(item, keyPath(path, index), index));

/** Errors of each entry, told its own path and key. */
export const eachEntry = <T>(
  entries: Readonly<Record<string, T>> | undefined,
  path: string,
  check: (key: string, value: T, entryPath: string) => readonly FieldError[],
): FieldError[] =>
  Object.entries(entries ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => check(key, value, keyPath(path, key)));

/** A port by number or by name. */
export const portNumberOrName = (port: number | string | undefined, path: string): FieldError[] =>
  typeof port === 'string' ? checked(isPortName, port, path) : invalids(path, port ?? 0, isPortNumber(port ?? 0));

/** A count, or a percentage. */
export const countOrPercent = (value: number | string | undefined, path: string): FieldError[] => {
  if (typeof value === 'string') return checked(isPercent, value, path);
  return nonNegative(value, path);
};

/** The number of a percentage, undefined for a count. */
export const percentOf = (value: number | string | undefined): number | undefined =>
  typeof value === 'string' && /^\d+%$/.test(value) ? Number(value.slice(0, -1)) : undefined;

export const atMostHundredPercent = (value: number | string | undefined, path: string): FieldError[] =>
  (percentOf(value) ?? 0) > 100 ? [invalid(path, value, 'must not be greater than 100%')] : [];

export const labelSelector = (selector: LabelSelectorSpec | undefined, path: string): FieldError[] =>
  validateLabelSelectorSpec(selector, path);

export const isEmptySelector = (selector: LabelSelectorSpec | undefined): boolean =>
  Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions?.length ?? 0) === 0;

export { childPath };

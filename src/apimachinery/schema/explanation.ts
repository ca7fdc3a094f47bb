import { encodeJson } from '../json/exact-json.ts';
import type { FieldError, FieldErrorType } from '../validation/field-error.ts';
import { constraintsOf, effectiveFactor, isMultipleOf, runeCount } from './constraints.ts';
import { formatDouble } from '../text/format-double.ts';
import { correlateField, correlateItem, isUnchanged, type Correlated } from './correlation.ts';
import { isObject, type SchemaNode } from './schema-node.ts';
import { typeMismatch } from './type-mismatch.ts';
import { isValid } from './validity.ts';
import { jsonEqual } from '../equality/json-equal.ts';

/** Where a value is: `path` from the validated root, which messages quote; `field` the root's own path. */
export interface ValidationPlace {
  readonly path: string;
  readonly field: string;
  readonly old?: Correlated | undefined;
}

/** The errors found, and how many checks passed: it picks the branch of anyOf or oneOf that came closest. */
interface Findings {
  readonly errors: FieldError[];
  readonly passed: number;
}

/** Says what is wrong with a value in kube-apiserver's words. Errors of unchanged places are forgiven (ratcheting, KEP-4008). */
export const explain = (value: unknown, node: SchemaNode, place: ValidationPlace): FieldError[] => [...at(value, node, place).errors];

const at = (value: unknown, node: SchemaNode, place: ValidationPlace): Findings => {
  const findings = examine(value, node, place);
  return findings.errors.length > 0 && place.old && isUnchanged(node, value, place.old)
    ? { errors: [], passed: findings.passed }
    : findings;
};

const examine = (value: unknown, node: SchemaNode, place: ValidationPlace): Findings => {
  const mismatch = typeMismatch(value, constraintsOf(node));
  const report: Report = { errors: [], place, seen: new Set() };
  if (mismatch) {
    const message = `${place.path} in body must be of type ${mismatch.expected}: ${encodeJson(mismatch.found)}`;
    add(report, 'FieldValueTypeInvalid', { badValue: mismatch.found, message });
  }
  const { types, format } = constraintsOf(node);
  let passed = mismatch || (types.length === 0 && format === undefined) ? 0 : 1;
  if (value !== null) {
    passed += explainCombinations(value, node, report) + 2;
    if (typeof value === 'string') explainString(value, node, report);
    else if (typeof value === 'number' || typeof value === 'bigint') explainNumber(value, node, report);
    else if (Array.isArray(value)) passed += explainArray(value, node, report) + 1;
  }
  explainEnum(value, node, report);
  if (isObject(value)) passed += explainObject(value, node, report);
  return { errors: report.errors, passed };
};

interface Report {
  readonly errors: FieldError[];
  readonly place: ValidationPlace;
  readonly seen: Set<string>;
}

const join = (field: string, path: string): string => {
  const relative = path.startsWith('.') ? path.slice(1) : path;
  return field === '' || relative === '' ? field + relative || '<nil>' : `${field}.${relative}`;
};

interface Finding {
  readonly message: string;
  readonly badValue?: unknown;
  /** Overrides the place's path, for fields that are absent. */
  readonly path?: string;
}

const add = (report: Report, type: FieldErrorType, { message, badValue, path = report.place.path }: Finding): void =>
  merge(report, [{ type, field: join(report.place.field, path), badValue: badValue ?? '', detail: message }]);

const merge = (report: Report, errors: readonly FieldError[]): void => {
  for (const error of errors) {
    const key = `${error.field}\0${error.type}\0${error.detail}`;
    if (!report.seen.has(key)) {
      report.seen.add(key);
      report.errors.push(error);
    }
  }
};

const invalid = (report: Report, badValue: unknown, message: string): void =>
  add(report, 'FieldValueInvalid', { badValue, message: `${report.place.path} in body ${message}` });

const addSchemaError = ({ errors, place, seen }: Report, message: string): void =>
  merge({ errors, place, seen }, [{ type: 'FieldValueInvalid', field: place.field || '<nil>', badValue: '', detail: message }]);

const closest = (findings: readonly Findings[]): Findings | undefined =>
  findings.reduce<Findings | undefined>((best, next) => (best === undefined || next.passed > best.passed ? next : best), undefined);

const explainCombinations = (value: unknown, node: SchemaNode, report: Report): number => {
  const { anyOf, oneOf, allOf, not } = constraintsOf(node);
  const quoted = JSON.stringify(report.place.path);
  let passed = 1;
  const examined = (branches: readonly SchemaNode[]): Findings[] => branches.map((branch) => examine(value, branch, report.place));
  const take = (findings: Findings | undefined): void => {
    merge(report, findings?.errors ?? []);
    passed += findings?.passed ?? 0;
  };
  if (anyOf.length > 0) {
    const all = examined(anyOf);
    const success = all.find(({ errors }) => errors.length === 0);
    if (!success) addSchemaError(report, `${quoted} must validate at least one schema (anyOf)`);
    take(success ?? closest(all));
  }
  if (oneOf.length > 0) {
    const all = examined(oneOf);
    const successes = all.filter(({ errors }) => errors.length === 0);
    const found = successes.length === 0 ? 'Found none valid' : `Found ${successes.length} valid alternatives`;
    if (successes.length !== 1) addSchemaError(report, `${quoted} must validate one and only one schema (oneOf). ${found}`);
    if (successes.length === 0) take(closest(all));
    else if (successes.length === 1) take(successes[0]);
  }
  if (allOf.length > 0) {
    const all = examined(allOf);
    all.forEach(take);
    const valid = all.filter(({ errors }) => errors.length === 0).length;
    if (valid !== all.length)
      addSchemaError(report, `${quoted} must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`);
  }
  if (not && isValid(value, not)) addSchemaError(report, `${quoted} must not validate the schema (not)`);
  return passed;
};

const explainString = (value: string, node: SchemaNode, report: Report): void => {
  const { maxLength, minLength } = node.schema;
  const { pattern, isFormat, format } = constraintsOf(node);
  if (maxLength !== undefined && runeCount(value) > maxLength) {
    add(report, 'FieldValueTooLong', { message: `may not be more than ${maxLength} ${maxLength === 1 ? 'byte' : 'bytes'}` });
  } else if (minLength !== undefined && runeCount(value) < minLength) invalid(report, value, `should be at least ${minLength} chars long`);
  else if (pattern && !pattern.test(value)) invalid(report, value, `should match '${node.schema.pattern}'`);
  if (isFormat && !isFormat(value)) {
    const message = `${report.place.path} in body must be of type ${format}: ${JSON.stringify(value)}`;
    add(report, 'FieldValueTypeInvalid', { badValue: value, message });
  }
};

const explainNumber = (value: number | bigint, node: SchemaNode, report: Report): void => {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = node.schema;
  if (multipleOf !== undefined && !isMultipleOf(value, multipleOf)) {
    const factor = effectiveFactor(value, multipleOf);
    const message = `factor MultipleOf declared for ${report.place.path} must be positive: ${factor}`;
    if (factor <= 0) add(report, 'FieldValueInvalid', { badValue: factor, message });
    else invalid(report, value, `should be a multiple of ${formatDouble(Number(multipleOf))}`);
  }
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    invalid(report, value, `should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${formatDouble(Number(minimum))}`);
  }
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    invalid(report, value, `should be less than ${exclusiveMaximum ? '' : 'or equal to '}${formatDouble(Number(maximum))}`);
  }
};

const explainEnum = (value: unknown, node: SchemaNode, report: Report): void => {
  const allowed = constraintsOf(node).enum;
  if (!allowed || (value !== null && allowed.some((item) => jsonEqual(item, value)))) return;
  const values = allowed.map((item) => JSON.stringify(typeof item === 'string' ? item : encodeJson(item)));
  const { field, path } = report.place;
  merge(report, [
    { type: 'FieldValueNotSupported', field: join(field, path), badValue: value, detail: `supported values: ${values.join(', ')}` },
  ]);
};

const tooMany = (report: Report, count: number, limit: number): void =>
  add(report, 'FieldValueTooMany', { badValue: count, message: `must have at most ${limit} ${limit === 1 ? 'item' : 'items'}` });

const explainArray = (value: readonly unknown[], node: SchemaNode, report: Report): number => {
  const { minItems, maxItems } = node.schema;
  const { place } = report;
  const items = node.items;
  let passed = 0;
  if (items) {
    value.forEach((item, index) => {
      const found = at(item, items, { ...place, path: `${place.path}[${index}]`, old: correlateItem(node, place.old, item) });
      merge(report, found.errors);
      passed += found.passed;
    });
  }
  if (minItems !== undefined && value.length < minItems) invalid(report, value.length, `should have at least ${minItems} items`);
  if (maxItems !== undefined && value.length > maxItems) tooMany(report, value.length, maxItems);
  return passed;
};

const explainObject = (value: Record<string, unknown>, node: SchemaNode, report: Report): number => {
  const { minProperties, maxProperties, additionalProperties } = node.schema;
  const { place } = report;
  const names = Object.keys(value);
  let passed = 0;
  if (minProperties !== undefined && names.length < minProperties) {
    invalid(report, names.length, `should have at least ${minProperties} properties`);
  }
  if (maxProperties !== undefined && names.length > maxProperties) tooMany(report, names.length, maxProperties);
  for (const name of names) {
    const property = node.property(name);
    const child = property ?? node.additional;
    if (child) {
      // A map's key at the root keeps its leading dot in messages, a property does not.
      const path = place.path === '' && property ? name : `${place.path}.${name}`;
      const isTypeMeta = place.path === '' && (name === 'apiVersion' || name === 'kind');
      const old = isTypeMeta ? undefined : correlateField(place.old, name);
      const found = at(value[name], child, { ...place, path, old });
      merge(report, found.errors);
      passed += found.passed;
    } else if (additionalProperties === false) {
      add(report, 'FieldValueInvalid', { badValue: name, message: `${place.path}.${name} in body is a forbidden property` });
    }
  }
  for (const name of constraintsOf(node).required) {
    if (value[name] === undefined) add(report, 'FieldValueRequired', { message: '', path: `${place.path}.${name}` });
  }
  return passed;
};

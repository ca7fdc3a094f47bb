import type { FieldError } from '../validation/field-error.ts';
import { duplicate, invalid, required, tooMany } from '../validation/field-errors.ts';
import { resolveFieldPath } from './field-path.ts';
import type { JsonSchema } from './json-schema.ts';

export interface PrinterColumn {
  name: string;
  type: string;
  jsonPath: string;
  format?: string;
  description?: string;
  priority?: number;
}
export interface ScaleSubresource {
  specReplicasPath: string;
  statusReplicasPath: string;
  labelSelectorPath?: string;
}

/** What a version of a definition has beside its schema. */
export interface VersionParts {
  subresources?: { status?: object; scale?: ScaleSubresource };
  additionalPrinterColumns?: PrinterColumn[];
  selectableFields?: { jsonPath: string }[];
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const maxSelectableFields = 8;

const startsWithDot = 'must be a simple json path starting with .';

export const validateColumns = (columns: readonly PrinterColumn[], path: string): FieldError[] =>
  columns.flatMap(({ name, type, format, jsonPath }, index) => {
    const field = `${path}[${index}]`;
    const errors: FieldError[] = [];
    const typeDetail = `must be one of ${columnTypes.join(',')}`;
    if (!name) errors.push(required(`${field}.name`));
    if (!type) errors.push(required(`${field}.type`, typeDetail));
    else if (!columnTypes.includes(type)) errors.push(invalid(`${field}.type`, type, typeDetail));
    if (format && !columnFormats.includes(format)) {
      errors.push(invalid(`${field}.format`, format, `must be one of ${columnFormats.join(',')}`));
    }
    if (!jsonPath) errors.push(required(`${field}.JSONPath`));
    else if (!jsonPath.startsWith('.')) errors.push(invalid(`${field}.JSONPath`, jsonPath, startsWithDot));
    return errors;
  });

export const validateScale = (scale: ScaleSubresource | undefined, path: string): FieldError[] => {
  if (!scale) return [];
  const check = (name: keyof ScaleSubresource, roots: readonly string[], where: string): FieldError[] => {
    const text = scale[name] ?? '';
    if (text === '') return name === 'labelSelectorPath' ? [] : [required(`${path}.${name}`)];
    if (!text.startsWith('.')) return [invalid(`${path}.${name}`, text, startsWithDot)];
    return roots.some((root) => text.startsWith(root)) ? [] : [invalid(`${path}.${name}`, text, `should be a json path under ${where}`)];
  };
  return [
    ...check('specReplicasPath', ['.spec.'], '.spec'),
    ...check('statusReplicasPath', ['.status.'], '.status'),
    ...check('labelSelectorPath', ['.spec.', '.status.'], 'either .spec or .status'),
  ];
};

/** Fields that may be selected must exist in the schema as scalars, outside metadata, once each, eight at most. */
export const validateSelectableFields = (
  fields: readonly { readonly jsonPath: string }[],
  schema: JsonSchema | undefined,
  path: string,
): FieldError[] => {
  if (fields.length === 0) return [];
  const needed = path === 'spec.selectableFields' ? 'validations.schema is included' : '`version.schema.openAPIV3Schema` is not included';
  if (!schema) return [invalid(path, '', `may only be set when ${needed}`)];
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  fields.forEach(({ jsonPath }, index) => {
    const field = `${path}[${index}].jsonPath`;
    if (!jsonPath) return void errors.push(required(field));
    const found = resolveFieldPath(jsonPath, schema, { brackets: false });
    if ('error' in found) return void errors.push(invalid(field, jsonPath, `is an invalid path: ${found.error}`));
    if (found.root === 'metadata') errors.push(invalid(field, jsonPath, 'must not point to fields in metadata'));
    if (!['string', 'boolean', 'integer'].includes(found.schema.type ?? '')) {
      const detail = 'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
      errors.push(invalid(field, jsonPath, detail));
    }
    if (seen.has(found.path)) errors.push(duplicate(field, jsonPath));
    seen.add(found.path);
  });
  if (seen.size > maxSelectableFields) errors.push(tooMany(path, seen.size, maxSelectableFields));
  return errors;
};

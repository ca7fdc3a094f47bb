import type { ObjectMeta } from '../meta/object.ts';
import type { FieldError } from '../validation/field-error.ts';
import { childPath } from '../validation/field-errors.ts';
import { isPathSegmentName } from '../validation/names.ts';
import { validateObjectMeta } from '../validation/object-meta.ts';
import { isObject, type SchemaNode } from './schema-node.ts';

/** Checks the type and object metadata of resources inside a resource (x-kubernetes-embedded-resource). */
export const checkEmbeddedResources = (
  value: unknown,
  node: SchemaNode,
  { path = '', isResource = false }: { readonly path?: string; readonly isResource?: boolean } = {},
): FieldError[] => {
  if (Array.isArray(value)) {
    const items = node.items;
    return items ? value.flatMap((item, index) => checkEmbeddedResources(item, items, { path: `${path}[${index}]` })) : [];
  }
  if (!isObject(value)) return [];
  const errors = node.embedded || isResource ? checkResource(value, path) : [];
  for (const name in value) {
    const field = value[name];
    if (typeof field !== 'object' || field === null) continue;
    const property = node.property(name);
    if (property) errors.push(...checkEmbeddedResources(field, property, { path: path === '' ? name : `${path}.${name}` }));
    else if (node.additional) errors.push(...checkEmbeddedResources(field, node.additional, { path: `${path}[${name}]` }));
  }
  return errors;
};

const invalid = (field: string, badValue: unknown, detail: string): FieldError => ({ type: 'FieldValueInvalid', field, badValue, detail });

const checkResource = (value: Record<string, unknown>, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  for (const name of ['apiVersion', 'kind'] as const) {
    const text = value[name];
    const field = childPath(path, name);
    if (text === undefined || text === null) errors.push({ type: 'FieldValueRequired', field, detail: '' });
    else if (typeof text !== 'string') errors.push(invalid(field, text, 'must be a string'));
    else if (text === '') errors.push(invalid(field, text, 'must not be empty'));
    else if (name === 'apiVersion' && text.split('/').length > 2) {
      errors.push(invalid(field, text, `unexpected GroupVersion string: ${text}`));
    } else if (name === 'kind' && !/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(text.toLowerCase())) {
      const rule =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
      errors.push(invalid(field, text, `may have mixed case, but should otherwise match: ${rule}`));
    }
  }
  return [...errors, ...checkMetadata(value['metadata'], childPath(path, 'metadata'))];
};

const checkMetadata = (metadata: unknown, path: string): FieldError[] => {
  if (metadata === undefined || metadata === null) return [];
  if (!isObject(metadata)) return [invalid(path, metadata, 'must be an object')];
  const wrong = ['name', 'generateName', 'namespace'].flatMap((name) => {
    const text = metadata[name];
    if (text === undefined || typeof text === 'string') return [];
    return [
      invalid(path, metadata, `json: cannot unmarshal ${typeof text} into Go struct field ObjectMeta.metadata.${name} of type string`),
    ];
  });
  if (wrong.length > 0) return wrong;
  // It may have no name of its own; whether it has a namespace is nobody's business either.
  const named: Partial<ObjectMeta> = { ...metadata, name: String(metadata['name'] || 'fakename') };
  return validateObjectMeta(named, { namespaced: Boolean(metadata['namespace']), nameCheck: isPathSegmentName }, path);
};

import { deepClone } from '../clone/deep-clone.ts';
import { jsonEqual } from '../equality/json-equal.ts';
import type { FieldError } from '../validation/field-error.ts';
import { formatFieldError } from '../validation/format-field-error.ts';
import { invalid } from '../validation/field-errors.ts';
import { checkEmbeddedResources } from './embedded-resource.ts';
import { explain } from './explanation.ts';
import { pruneValue } from './pruning.ts';
import type { SchemaNode } from './schema-node.ts';

/** Also checks a default against the CEL rules at its place; cel/ provides it. */
export type RuleCheck = (value: unknown, node: SchemaNode, path: string) => FieldError[];

/** Where a default is: who surrounds it decides what may be in it. */
interface Place {
  readonly path: string;
  readonly isRoot: boolean;
  /** Makes a resource whose metadata has this value here; absent outside of metadata. */
  readonly surround?: ((value: unknown) => unknown) | undefined;
}

const typeAndObjectMeta = new Set(['apiVersion', 'kind', 'metadata']);
const resource = (parts: object): unknown => ({ apiVersion: 'validation/v1', kind: 'Validation', ...parts });

/** Defaults must be pruned already and valid, at every place that can have one. */
export const validateDefaults = (node: SchemaNode, path: string, checkRules: RuleCheck): FieldError[] =>
  validateAt(node, { path, isRoot: true }, checkRules);

const validateAt = (node: SchemaNode, place: Place, checkRules: RuleCheck): FieldError[] => {
  const { path } = place;
  const isResource = place.isRoot || node.embedded;
  const surround = isResource ? undefined : place.surround;
  const errors = place.surround && !isResource ? validateInMetadata(node, place, checkRules) : validateDefault(node, place, checkRules);
  const { items } = node;
  if (items) {
    const around = surround && ((value: unknown) => surround([value]));
    errors.push(...validateAt(items, { path: `${path}.items`, isRoot: false, surround: around }, checkRules));
  }
  for (const name of Object.keys(node.schema.properties ?? {})) {
    const property = node.property(name);
    const outer = isResource && typeAndObjectMeta.has(name) ? resource : surround;
    const around = outer && ((value: unknown) => outer({ [name]: value }));
    const at = { path: `${path}.properties[${name}]`, isRoot: false, surround: around as Place['surround'] };
    if (property) errors.push(...validateAt(property, at, checkRules));
  }
  return errors;
};

/** Fields of metadata are ObjectMeta's, whatever the schema names of it: what it does not know is dropped when the default is filled in. */
const validateInMetadata = (node: SchemaNode, { path, surround }: Place, checkRules: RuleCheck): FieldError[] => {
  const value = node.schema.default;
  if (value === undefined || value === null) return [];
  const field = `${path}.default`;
  const [wrong, ...more] = checkEmbeddedResources(surround?.(value), node, { isResource: true });
  if (wrong) {
    const all = [wrong, ...more].map(formatFieldError).join(', ');
    return [invalid(field, value, `must result in valid metadata: ${more.length > 0 ? `[${all}]` : all}`)];
  }
  return validateBySchema(node, field, checkRules);
};

const validateDefault = (node: SchemaNode, { path, isRoot }: Place, checkRules: RuleCheck): FieldError[] => {
  const value = node.schema.default;
  if (value === undefined || value === null) return [];
  const field = `${path}.default`;
  const pruned = deepClone(value);
  pruneValue(pruned, node);
  const unknown = jsonEqual(pruned, value) ? [] : [invalid(field, value, 'must not have unknown fields')];
  const embedded = checkEmbeddedResources(value, node, { path: field, isResource: isRoot });
  return [...unknown, ...(embedded.length > 0 ? embedded : validateBySchema(node, field, checkRules))];
};

const validateBySchema = (node: SchemaNode, field: string, checkRules: RuleCheck): FieldError[] => {
  const value = node.schema.default;
  const wrong = explain(value, node, { path: '', field });
  return wrong.length > 0 ? wrong : checkRules(value, node, field);
};

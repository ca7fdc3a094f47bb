import { deepClone } from '../clone/deep-clone.ts';
import { jsonEqual } from '../equality/json-equal.ts';
import type { FieldError } from '../validation/field-error.ts';
import { invalid } from '../validation/field-errors.ts';
import { checkEmbeddedResources } from './embedded-resource.ts';
import { explain } from './explanation.ts';
import { pruneValue } from './pruning.ts';
import type { SchemaNode } from './schema-node.ts';

/** Also checks a default against the CEL rules at its place; cel/ provides it. */
export type RuleCheck = (value: unknown, node: SchemaNode, path: string) => FieldError[];

/** Defaults must be pruned already and valid, at every place that can have one. */
export const validateDefaults = (node: SchemaNode, path: string, checkRules: RuleCheck, isRoot = true): FieldError[] => {
  const errors = validateDefault(node, { path, isRoot }, checkRules);
  const items = node.items;
  if (items) errors.push(...validateDefaults(items, `${path}.items`, checkRules, false));
  for (const name of Object.keys(node.schema.properties ?? {})) {
    const property = node.property(name);
    if (property) errors.push(...validateDefaults(property, `${path}.properties[${name}]`, checkRules, false));
  }
  return errors;
};

const validateDefault = (
  node: SchemaNode,
  { path, isRoot }: { readonly path: string; readonly isRoot: boolean },
  checkRules: RuleCheck,
): FieldError[] => {
  const value = node.schema.default;
  if (value === undefined || value === null) return [];
  const field = `${path}.default`;
  const pruned = deepClone(value);
  pruneValue(pruned, node);
  const unknown = jsonEqual(pruned, value) ? [] : [invalid(field, value, 'must not have unknown fields')];
  const embedded = checkEmbeddedResources(value, node, { path: field, isResource: isRoot });
  if (embedded.length > 0) return [...unknown, ...embedded];
  const wrong = explain(value, node, { path: '', field });
  return [...unknown, ...(wrong.length > 0 ? wrong : checkRules(value, node, field))];
};

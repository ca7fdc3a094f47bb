import { childPath, keyPath } from '../validation/field-errors.ts';
import { isObject, type SchemaNode } from './schema-node.ts';

export interface PruneOptions {
  /** Whether paths tell the keys of maps; kube-apiserver leaves them out of what it says of a strategic merge patch. */
  readonly tellsMapKeys?: boolean | undefined;
}

const typeAndObjectMeta = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Drops what the schema does not specify, in place, and returns the dropped paths (structural schemas, KEP-1027): in the document's
 * order of a built-in kind, sorted of a custom one.
 * The root is a resource: its apiVersion, kind and metadata are left to the caller.
 */
export const prune = (value: unknown, root: SchemaNode, { tellsMapKeys = true }: PruneOptions = {}): string[] => {
  const unknown: string[] = [];
  visit(value, root, { unknown, path: undefined, isRoot: true, preserved: false, tellsMapKeys });
  return root.schema['x-kubernetes-group-version-kind'] === undefined ? unknown.toSorted() : unknown;
};

/** Prunes a value that is no resource of its own, such as a default. In place. */
export const pruneValue = (value: unknown, node: SchemaNode): void =>
  visit(value, node, { unknown: [], path: undefined, isRoot: false, preserved: false, tellsMapKeys: true });

/** The way to a value, spelled out only when something unknown is found there. */
interface Path {
  readonly parent: Path | undefined;
  readonly key: string | number;
}
interface Place {
  readonly unknown: string[];
  readonly path: Path | undefined;
  readonly isRoot: boolean;
  /** Inside a list of a preserving place: items keep their unknown fields too. */
  readonly preserved: boolean;
  readonly tellsMapKeys: boolean;
}

const spell = ({ parent, key }: Path): string => {
  const before = parent ? spell(parent) : '';
  return typeof key === 'number' ? keyPath(before, key) : childPath(before, key);
};

const visit = (value: unknown, node: SchemaNode | undefined, around: Place): void => {
  // What decodes itself drops without a word.
  const place = node?.isSchemaOrOther === true ? { ...around, unknown: [] } : around;
  const preserved = place.preserved || node?.preservesUnknown === true;
  if (Array.isArray(value)) visitItems(value, node, { place, preserved });
  else if (isObject(value)) visitFields(value, node, { place, preserved });
};

const visitItems = (value: unknown[], node: SchemaNode | undefined, { place, preserved }: { place: Place; preserved: boolean }): void => {
  const items = node?.items;
  if (preserved && !items) return;
  for (let index = 0; index < value.length; index++) {
    const item = value[index];
    if (typeof item !== 'object' || item === null) continue;
    visit(item, items, {
      unknown: place.unknown,
      tellsMapKeys: place.tellsMapKeys,
      path: { parent: place.path, key: index },
      isRoot: false,
      preserved,
    });
  }
};

const visitFields = (
  value: Record<string, unknown>,
  node: SchemaNode | undefined,
  { place, preserved }: { place: Place; preserved: boolean },
): void => {
  const embedded = place.isRoot || node?.embedded === true;
  for (const name in value) {
    const property = node?.property(name);
    // A built-in kind's metadata refers to ObjectMeta; a custom resource's is checked as ObjectMeta by the registry.
    if (embedded && typeAndObjectMeta.has(name) && property?.definition === undefined) continue;
    const child = property ?? node?.additional;
    if (child) {
      const field = value[name];
      if (typeof field !== 'object' || field === null) continue;
      const path = property || place.tellsMapKeys ? { parent: place.path, key: name } : place.path;
      visit(field, child, { unknown: place.unknown, path, isRoot: false, preserved: false, tellsMapKeys: place.tellsMapKeys });
    } else if (!preserved && node?.schema.additionalProperties !== false) {
      // What may not be there at all is for validation to refuse.
      place.unknown.push(spell({ parent: place.path, key: name }));
      delete value[name];
    }
  }
};

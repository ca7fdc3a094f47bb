import { isObject, type SchemaNode } from './schema-node.ts';

const typeAndObjectMeta = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Drops what the schema does not specify, in place, and returns the dropped paths in order (structural schemas, KEP-1027).
 * The root is a resource: its apiVersion, kind and metadata are left to the caller.
 */
export const prune = (value: unknown, root: SchemaNode): string[] => {
  const unknown: string[] = [];
  const walk: Walk = { unknown, isRoot: true };
  visit(value, root, { walk, path: '' });
  return unknown.toSorted();
};

/** Prunes a value that is no resource of its own, such as a default. In place. */
export const pruneValue = (value: unknown, node: SchemaNode): void =>
  visit(value, node, { walk: { unknown: [], isRoot: false }, path: '' });

interface Walk {
  readonly unknown: string[];
  isRoot: boolean;
}
interface Place {
  readonly walk: Walk;
  readonly path: string;
  /** Inside a list of a preserving place: items keep their unknown fields too. */
  readonly preserved?: boolean;
}

const childPath = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

const visit = (value: unknown, node: SchemaNode | undefined, place: Place): void => {
  const { walk } = place;
  const embedded = walk.isRoot || node?.embedded === true;
  walk.isRoot = false;
  const preserved = place.preserved === true || node?.preservesUnknown === true;
  if (Array.isArray(value)) visitItems(value, node, { ...place, preserved });
  else if (isObject(value)) visitFields(value, node, { ...place, preserved, embedded });
};

const visitItems = (value: unknown[], node: SchemaNode | undefined, place: Place): void => {
  const items = node?.items;
  if (place.preserved && !items) return;
  for (let index = 0; index < value.length; index++) {
    const item = value[index];
    if (typeof item === 'object' && item !== null) visit(item, items, { ...place, path: `${place.path}[${index}]` });
  }
};

const visitFields = (value: Record<string, unknown>, node: SchemaNode | undefined, place: Place & { embedded: boolean }): void => {
  for (const name in value) {
    const property = node?.property(name);
    // A built-in kind's metadata refers to ObjectMeta; a custom resource's is checked as ObjectMeta by the registry.
    if (place.embedded && typeAndObjectMeta.has(name) && property?.definition === undefined) continue;
    const child = property ?? node?.additional;
    const field = value[name];
    if (child) {
      if (typeof field === 'object' && field !== null) visit(field, child, { walk: place.walk, path: childPath(place.path, name) });
    } else if (!place.preserved) {
      place.walk.unknown.push(childPath(place.path, name));
      delete value[name];
    }
  }
};

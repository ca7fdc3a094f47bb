import type { KindDefinition } from '../../api/kind-definition.ts';
import type { GroupVersionResource } from '../../apimachinery/meta/group-version.ts';
import type { KindCatalog } from './contract.ts';

const keyOf = (group: string, version: string, resource: string): string => `${group}/${version}/${resource}`;

/** A catalog that starts with the given kinds. */
export const createCatalog = (kinds: readonly KindDefinition[]): KindCatalog => {
  const byResource = new Map(kinds.map((kind) => [keyOf(kind.group, kind.version, kind.plural), kind]));
  const listeners = new Set<() => void>();
  let byKind: Map<string, KindDefinition> | undefined;
  let list: readonly KindDefinition[] | undefined;
  let generation = 1;

  const changed = (): void => {
    generation += 1;
    byKind = undefined;
    list = undefined;
    for (const listener of listeners) listener();
  };

  return {
    find: ({ group, version, resource }) => byResource.get(keyOf(group, version, resource)),
    findKind(group, version, kind) {
      byKind ??= new Map([...byResource.values()].map((each) => [keyOf(each.group, each.version, each.kind), each]));
      return byKind.get(keyOf(group, version, kind));
    },
    all: () => (list ??= [...byResource.values()]),
    put(definition) {
      byResource.set(keyOf(definition.group, definition.version, definition.plural), definition);
      changed();
    },
    remove({ group, version, resource }: GroupVersionResource) {
      if (byResource.delete(keyOf(group, version, resource))) changed();
    },
    get generation() {
      return generation;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

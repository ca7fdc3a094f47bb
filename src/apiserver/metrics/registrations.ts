import type { KindDefinition } from '../../api/kind-definition.ts';
import type { GroupVersionResource } from '../../apimachinery/meta/group-version.ts';
import type { KindCatalog } from '../registry/contract.ts';

/** A served resource and since when (milliseconds since the epoch): a request that began before belongs to an earlier one. */
export interface Registration {
  readonly since: number;
  readonly definition: KindDefinition;
}

export interface Registrations {
  find(resource: GroupVersionResource): Registration | undefined;
}

const keyOf = ({ group, version, plural }: KindDefinition): string => `${group}/${version}/${plural}`;

/** Follows the catalog. `onRemoved` hears of every group version's resource that is served no more, at once. */
export const followRegistrations = (
  catalog: KindCatalog,
  { now, onRemoved }: { readonly now: () => number; readonly onRemoved: (definition: KindDefinition) => void },
): Registrations => {
  const registrations = new Map<string, Registration>();
  const follow = (since: number): void => {
    const current = new Map(catalog.all().map((definition) => [keyOf(definition), definition]));
    for (const [key, { definition }] of registrations) {
      if (current.has(key)) continue;
      registrations.delete(key);
      onRemoved(definition);
    }
    for (const [key, definition] of current) {
      const known = registrations.get(key);
      if (known?.definition !== definition) registrations.set(key, { since: known?.since ?? since, definition });
    }
  };
  follow(0);
  catalog.onChange(() => follow(now()));
  return { find: ({ group, version, resource }) => registrations.get(`${group}/${version}/${resource}`) };
};

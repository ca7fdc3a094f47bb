import type { KindDefinition } from '../../api/kind-definition.ts';
import { groupPriority, versionPriority } from './group-order.ts';
import { compareVersions } from './version-order.ts';

/** One resource of a group version as both discovery forms show it. */
export interface ServedResource {
  readonly name: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly kind: string;
  /** Set when the kind belongs elsewhere than the resource (Scale), and on custom resources in the aggregated form. */
  readonly responseKind: { readonly group: string; readonly version: string };
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly storageVersionHash?: string;
  readonly subresources: readonly ServedSubresource[];
}

export interface ServedSubresource {
  readonly name: string;
  readonly kind: string;
  /** Empty strings: the kind is the resource's own group version's. */
  readonly responseKind: { readonly group: string; readonly version: string };
  readonly verbs: readonly string[];
}

export interface ServedVersion {
  readonly version: string;
  readonly priority: number;
  readonly resources: readonly ServedResource[];
  /** Stale: an aggregated server does not answer, this is what it said last. */
  readonly freshness: 'Current' | 'Stale';
}

export interface ServedGroup {
  readonly name: string;
  readonly priority: number;
  /** Most preferred first. */
  readonly versions: readonly ServedVersion[];
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

const isOwn = (kind: { readonly group: string; readonly version: string }, { group, version, custom }: KindDefinition): boolean =>
  !custom && kind.group === group && kind.version === version;

const servedResource = (definition: KindDefinition, storageHash: (definition: KindDefinition) => string | undefined): ServedResource => {
  const own = definition.custom ? { group: definition.group, version: definition.version } : { group: '', version: '' };
  const hash = storageHash(definition);
  return {
    name: definition.plural,
    singular: definition.singular,
    namespaced: definition.namespaced,
    kind: definition.kind,
    responseKind: own,
    verbs: definition.verbs,
    shortNames: definition.shortNames,
    categories: definition.categories,
    ...(hash === undefined ? {} : { storageVersionHash: hash }),
    subresources: definition.subresources
      .map(({ name, verbs, kind }) => ({
        name,
        kind: kind?.kind ?? definition.kind,
        responseKind: kind && !isOwn(kind, definition) ? { group: kind.group, version: kind.version } : own,
        verbs,
      }))
      .toSorted(definition.custom ? () => 0 : byName),
  };
};

/** Whoever registers API servers comes first, whatever they say of themselves. */
const isRegistration = ({ name }: ServedGroup): number => (name === 'apiregistration.k8s.io' ? 1 : 0);

/** Puts groups in the order clients see. Groups of the same name are merged, and of two that have one version the later has it. */
export const orderGroups = (groups: readonly ServedGroup[]): readonly ServedGroup[] => {
  const merged = new Map<string, ServedGroup>();
  for (const group of groups) {
    const known = merged.get(group.name);
    const kept = known?.versions.filter(({ version }) => !group.versions.some((each) => each.version === version)) ?? [];
    const versions = [...kept, ...group.versions].toSorted((a, b) => b.priority - a.priority || compareVersions(a.version, b.version));
    merged.set(group.name, { name: group.name, priority: Math.max(group.priority, known?.priority ?? 0), versions });
  }
  return [...merged.values()].toSorted((a, b) => isRegistration(b) - isRegistration(a) || b.priority - a.priority || byName(a, b));
};

/** The groups, versions and resources of a catalog, in the order clients see. */
export const servedGroups = (
  definitions: readonly KindDefinition[],
  storageHash: (definition: KindDefinition) => string | undefined,
): readonly ServedGroup[] => {
  const versions = new Map<string, KindDefinition[]>();
  for (const definition of definitions) {
    const key = `${definition.group}/${definition.version}`;
    const list = versions.get(key);
    if (list) list.push(definition);
    else versions.set(key, [definition]);
  }
  return orderGroups(
    [...versions.values()].flatMap(([...members]) => {
      const [{ group, version } = { group: '', version: '' }] = members;
      const resources = members.map((definition) => servedResource(definition, storageHash)).toSorted(byName);
      const priority = versionPriority(group, version);
      return { name: group, priority: groupPriority(group), versions: [{ version, priority, resources, freshness: 'Current' as const }] };
    }),
  );
};

import type { KindDefinition } from '../../api/kind-definition.ts';
import { formatGroupResource } from '../../apimachinery/meta/group-version.ts';
import type { Store } from '../../storage/contract.ts';
import type { KindCatalog } from '../registry/contract.ts';
import { resourcePrefix } from '../registry/keys.ts';
import type { MetricsRegistry } from './contract.ts';

/** One definition for each stored resource: versions share their objects. */
const storedResources = (catalog: KindCatalog): KindDefinition[] => {
  const byPrefix = new Map<string, KindDefinition>();
  for (const definition of catalog.all()) {
    const inOtherGroup = definition.storage !== undefined && definition.storage.group !== definition.group;
    if (definition.virtual || inOtherGroup || !definition.verbs.includes('list')) continue;
    byPrefix.set(resourcePrefix(definition), definition);
  }
  return [...byPrefix.values()];
};

interface Counted {
  readonly definition: KindDefinition;
  readonly count: number;
}

/** So many objects tell how large one is. */
const sampleSize = 10;

/** Estimates the size of a collection by a few of its objects; they are read again when its count has changed. */
const createSizeEstimate = (store: Store): ((counted: Counted) => Promise<number>) => {
  const known = new WeakMap<KindDefinition, { readonly count: number; readonly bytes: number }>();
  return async ({ definition, count }) => {
    const before = known.get(definition);
    if (before?.count === count) return before.bytes;
    const { items } = count === 0 ? { items: [] } : await store.list(resourcePrefix(definition), { limit: sampleSize });
    const sampled = items.reduce((sum, { value }) => sum + value.length, 0);
    const bytes = items.length === 0 ? 0 : Math.round((sampled / items.length) * count);
    known.set(definition, { count, bytes });
    return bytes;
  };
};

/** Object counts and sizes of what is served right now, and the store's size, asked for at every scrape. */
export const collectStorageMetrics = (registry: MetricsRegistry, catalog: KindCatalog, store: Store): void => {
  let current: Promise<Counted[]> | undefined;
  registry.beforeScrape(() => {
    current = undefined;
  });
  const counts = (): Promise<Counted[]> =>
    (current ??= Promise.all(
      storedResources(catalog).map(async (definition) => ({ definition, count: await store.count(resourcePrefix(definition)) })),
    ));
  const isServed = ({ definition: { group, version, plural } }: Counted): boolean =>
    catalog.find({ group, version, resource: plural }) !== undefined;
  const byResource = (name: string, help: string, valueOf: (counted: Counted) => number | Promise<number>): void =>
    registry.collect({
      name,
      help,
      labels: ['group', 'resource'],
      type: 'gauge',
      collect: async () => {
        const values = await Promise.all((await counts()).map(async (counted) => ({ counted, value: await valueOf(counted) })));
        return values
          .filter(({ counted }) => isServed(counted))
          .map(({ counted: { definition }, value }) => ({ values: [definition.group, definition.plural], value }));
      },
    });
  registry.collect({
    name: 'apiserver_storage_objects',
    help: 'Number of stored objects at the time of the scrape, by resource.',
    labels: ['resource'],
    type: 'gauge',
    collect: async () =>
      (await counts())
        .filter(isServed)
        .map(({ definition, count }) => ({ values: [formatGroupResource(definition.group, definition.plural)], value: count })),
  });
  byResource(
    'apiserver_resource_objects',
    'Number of stored objects at the time of the scrape, by group and resource.',
    ({ count }) => count,
  );
  byResource(
    'apiserver_resource_size_estimate_bytes',
    'Estimated size of the stored objects in bytes, by group and resource.',
    createSizeEstimate(store),
  );
  registry.collect({
    name: 'apiserver_storage_size_bytes',
    help: 'Size of the storage database in bytes.',
    labels: ['storage_cluster_id'],
    type: 'gauge',
    collect: async () => [{ values: [`${store.driver}-0`], value: await store.sizeBytes() }],
  });
};

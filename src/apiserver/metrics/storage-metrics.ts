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

/** Object counts of what is served right now, and the store's size, asked for at every scrape. */
export const collectStorageMetrics = (registry: MetricsRegistry, catalog: KindCatalog, store: Store): void => {
  const counts = async (): Promise<{ definition: KindDefinition; count: number }[]> =>
    Promise.all(storedResources(catalog).map(async (definition) => ({ definition, count: await store.count(resourcePrefix(definition)) })));
  const stillServed = ({ definition }: { definition: KindDefinition }): boolean =>
    catalog.find({ group: definition.group, version: definition.version, resource: definition.plural }) !== undefined;
  registry.collect({
    name: 'apiserver_storage_objects',
    help: 'Number of stored objects at the time of the scrape, by resource.',
    labels: ['resource'],
    type: 'gauge',
    collect: async () =>
      (await counts())
        .filter(stillServed)
        .map(({ definition, count }) => ({ values: [formatGroupResource(definition.group, definition.plural)], value: count })),
  });
  registry.collect({
    name: 'apiserver_resource_objects',
    help: 'Number of stored objects at the time of the scrape, by group and resource.',
    labels: ['group', 'resource'],
    type: 'gauge',
    collect: async () =>
      (await counts())
        .filter(stillServed)
        .map(({ definition, count }) => ({ values: [definition.group, definition.plural], value: count })),
  });
  registry.collect({
    name: 'apiserver_storage_size_bytes',
    help: 'Size of the storage database in bytes.',
    labels: ['storage_cluster_id'],
    type: 'gauge',
    collect: async () => [{ values: [`${store.driver}-0`], value: await store.sizeBytes() }],
  });
};

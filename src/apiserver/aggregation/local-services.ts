import { isStatusError } from '../../apimachinery/errors/status-error.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { formatTime } from '../../apimachinery/time/timestamp.ts';
import { groupPriority, versionPriority } from '../discovery/group-order.ts';
import { loopbackUser } from '../registry/contract.ts';
import type { InternalApi, KindCatalog, ObjectCache } from '../registry/contract.ts';
import { apiServiceName, apiServicesResource, asApiService, automanagedLabel, isRemote, setAvailable } from './api-service.ts';

interface LocalGroupVersion {
  readonly group: string;
  readonly version: string;
  readonly custom: boolean;
}

/** The group versions that this server serves, by the name of their APIService. */
const localGroupVersions = (catalog: KindCatalog): Map<string, LocalGroupVersion> =>
  new Map(
    catalog.all().map(({ group, version, custom }) => [apiServiceName(group, version), { group, version, custom: custom !== undefined }]),
  );

const desired = (name: string, { group, version, custom }: LocalGroupVersion): UnstructuredObject => ({
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name, labels: { [automanagedLabel]: custom ? 'true' : 'onstart' } },
  spec: {
    ...(group === '' ? {} : { group }),
    version,
    groupPriorityMinimum: groupPriority(group),
    versionPriority: versionPriority(group, version),
  },
});

/** Group versions served here that have no APIService yet. */
export const unregisteredServices = (catalog: KindCatalog, cache: ObjectCache): string[] =>
  [...localGroupVersions(catalog).keys()].filter((name) => !cache.get(name)).toSorted();

const forgive = async (work: Promise<void>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    // Another hub, or a newer state of the catalog, was faster: the next run sees it.
    if (!isStatusError(error, 'AlreadyExists') && !isStatusError(error, 'NotFound') && !isStatusError(error, 'Conflict')) throw error;
  }
};

/**
 * Makes the stored APIServices say what is served here: one for each group version, available, and none of a custom group version that is
 * gone. An APIService of the same name that a user points elsewhere is left alone. Safe to run in several hubs at once.
 */
export const syncLocalServices = async (options: {
  readonly api: InternalApi;
  readonly cache: ObjectCache;
  readonly now: () => number;
}): Promise<void> => {
  const { api, cache, now } = options;
  const local = localGroupVersions(api.catalog);

  const ensure = async (name: string, groupVersion: LocalGroupVersion): Promise<void> => {
    const found = cache.get(name);
    if (found && isRemote(asApiService(found))) return;
    if (!found) await api.create(apiServicesResource, desired(name, groupVersion), { user: loopbackUser });
    else if (asApiService(found).status?.conditions?.some(({ type, status }) => type === 'Available' && status === 'True')) return;
    await api.modify(apiServicesResource, name, {
      user: loopbackUser,
      subresource: 'status',
      change: (object) => {
        const condition = { status: 'True', reason: 'Local', message: 'Local APIServices are always available' };
        return setAvailable(asApiService(object), condition, formatTime(new Date(now()))) ? undefined : false;
      },
    });
  };

  const gone = cache.list().filter(({ metadata }) => metadata.labels?.[automanagedLabel] === 'true' && !local.has(metadata.name));
  await Promise.all([
    ...[...local].map(([name, groupVersion]) => forgive(ensure(name, groupVersion))),
    ...gone.map(({ metadata }) => forgive(api.delete(apiServicesResource, metadata.name, { user: loopbackUser }))),
  ]);
};

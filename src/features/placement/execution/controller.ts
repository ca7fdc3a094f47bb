import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import { parseGroupVersion } from '../../../apimachinery/meta/group-version.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { ControllerOptions, Informer, Manager, ObjectKey, Watch } from '../../../controller-runtime/contract.ts';
import { splitKey } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { executionNamespace, finalizers } from '../api/names.ts';
import { worksRef } from '../api/work.ts';
import type { ManifestStatus, Work, WorkStatus } from '../api/work.ts';
import { withCondition } from '../conditions.ts';
import { healthOf } from '../interpreter/health.ts';
import { isObserved, reflectStatus } from '../interpreter/reflect.ts';
import { applyManifest, removeManifest } from './apply-manifest.ts';
import { createPace, createPeriod, leastMilliseconds } from '../pace.ts';
import type { Period } from '../pace.ts';
import { createMemberCache } from './member-cache.ts';
import type { MemberCache } from './member-cache.ts';

export interface ExecutionOptions {
  readonly cluster: string;
  readonly hub: Manager;
  /** Over the member's API server. */
  readonly member: Manager;
  readonly works: Informer<Work>;
}

/** Applies one member's Works to it, repairs drift, and reports what the objects there say. Runs in the hub (push) or in the agent (pull). */
export const executionController = ({ cluster, hub, member, works }: ExecutionOptions): ControllerOptions => {
  const namespace = executionNamespace(cluster);
  const enqueues = new Set<(key: ObjectKey) => void>();
  const cache = createMemberCache(member, (key) => {
    for (const enqueue of enqueues) enqueue(key);
  });
  const memberEvents: Watch = {
    synced: async () => {},
    subscribe: (enqueue) => {
      enqueues.add(enqueue);
      return () => enqueues.delete(enqueue);
    },
  };
  const applied = new Map<string, AppliedRecord>();
  const pace = createPace(() => hub.clock.now());
  const period = createPeriod(() => hub.clock.now());
  return {
    name: `execution-${cluster}`,
    watches: [
      watch(works, ({ object }) => (object.metadata.namespace === namespace ? [`${namespace}/${object.metadata.name}`] : [])),
      memberEvents,
    ],
    concurrency: 32,
    reconcile: async (key) => {
      const work = works.byKey(key);
      if (!work) return pace.forget(key);
      if (work.metadata.deletionTimestamp) return remove({ hub, member, work });
      if (work.spec.suspendDispatching) return;
      const manifests = work.spec.workload?.manifests ?? [];
      const statuses: ManifestStatus[] = [];
      const errors: string[] = [];
      let underway = false;
      for (const [ordinal, manifest] of manifests.entries()) {
        try {
          const live = await ensure({ member, cache, applied, manifest });
          statuses.push(statusOf(live.object, live.ref, ordinal));
          underway ||= !isObserved(live.object);
        } catch (error) {
          errors.push(error instanceof Error ? error.message : String(error));
        }
      }
      // That it is applied is said soon, however busy the hub is; changes after that are gathered.
      const milliseconds = underway ? period.patience() : work.status?.conditions ? period.milliseconds() : leastMilliseconds;
      const seconds = errors.length === 0 ? pace.wait(key, milliseconds) : undefined;
      if (seconds !== undefined) return { requeueAfterSeconds: seconds };
      await report({ hub, work, period }, { statuses, errors });
      if (errors.length > 0) throw new Error(errors.join('; '));
    },
  };
};

/** What was written last, so that defaults which the member filled in do not look like drift. */
interface AppliedRecord {
  readonly manifest: UnstructuredObject;
  /** metadata.generation, or the resourceVersion of kinds without one. */
  readonly version: string;
}

const versionOf = ({ metadata }: UnstructuredObject): string =>
  metadata.generation === undefined ? (metadata.resourceVersion ?? '') : `g${metadata.generation}`;

interface EnsureInput {
  readonly member: Manager;
  readonly cache: MemberCache;
  readonly applied: Map<string, AppliedRecord>;
  readonly manifest: UnstructuredObject;
}

const ensure = async ({ member, cache, applied, manifest }: EnsureInput): Promise<{ object: UnstructuredObject; ref: ResourceRef }> => {
  const ref = await member.client.refFor(manifest.apiVersion, manifest.kind);
  if (!ref) throw new Error(`the member does not serve ${manifest.apiVersion} ${manifest.kind}`);
  const informer = await cache.of(ref);
  const observed = informer.get(manifest.metadata.name, manifest.metadata.namespace);
  const id = `${manifest.apiVersion}/${manifest.kind}/${manifest.metadata.namespace ?? ''}/${manifest.metadata.name}`;
  const record = applied.get(id);
  if (
    observed &&
    !observed.metadata.deletionTimestamp &&
    record &&
    record.version === versionOf(observed) &&
    jsonEqual(record.manifest, manifest)
  )
    return { object: observed, ref };
  if (observed && record === undefined && !observed.metadata.deletionTimestamp && carries(observed, manifest)) {
    applied.set(id, { manifest, version: versionOf(observed) });
    return { object: observed, ref };
  }
  const object = await applyManifest({ client: member.client, ref, manifest, observed });
  applied.set(id, { manifest, version: versionOf(object) });
  return { object, ref };
};

/** Whether everything the manifest says is in the object already; defaults beside it do not count. */
const carries = (observed: unknown, wanted: unknown): boolean => {
  if (Array.isArray(wanted))
    return Array.isArray(observed) && observed.length === wanted.length && wanted.every((item, index) => carries(observed[index], item));
  if (typeof wanted !== 'object' || wanted === null) return observed === wanted;
  if (typeof observed !== 'object' || observed === null || Array.isArray(observed)) return false;
  return Object.entries(wanted).every(([field, value]) => carries((observed as Record<string, unknown>)[field], value));
};

const statusOf = (object: UnstructuredObject, ref: ResourceRef, ordinal: number): ManifestStatus => {
  const { group, version } = parseGroupVersion(object.apiVersion);
  const status = reflectStatus(object);
  return {
    identifier: {
      ordinal,
      ...(group ? { group } : {}),
      version,
      kind: object.kind,
      resource: ref.resource,
      ...(object.metadata.namespace ? { namespace: object.metadata.namespace } : {}),
      name: object.metadata.name,
    },
    ...(status ? { status } : {}),
    health: healthOf(object),
  };
};

const report = async (
  { hub, work, period }: { readonly hub: Manager; readonly work: Work; readonly period: Period },
  { statuses, errors }: { readonly statuses: ManifestStatus[]; readonly errors: readonly string[] },
): Promise<void> => {
  const conditions = withCondition(
    work.status?.conditions,
    errors.length === 0
      ? { type: 'Applied', status: 'True', reason: 'AppliedSuccessful', message: 'Manifest has been successfully applied' }
      : { type: 'Applied', status: 'False', reason: 'AppliedFailed', message: `Failed to apply: ${errors.join('; ')}` },
    hub.clock.now(),
  );
  const status: WorkStatus = { conditions, ...(statuses.length > 0 ? { manifestStatuses: statuses } : {}) };
  if (jsonEqual(status, work.status)) return;
  const works = hub.client.resource<Work>(worksRef);
  await period.measure(() => works.updateStatus({ ...work, status }, { fieldManager: 'causeway-execution' }));
};

/** Removes the member's objects (unless they are to be preserved), then lets the Work go. */
const remove = async ({
  hub,
  member,
  work,
}: {
  readonly hub: Manager;
  readonly member: Manager;
  readonly work: Work;
}): Promise<void | { requeueAfterSeconds: number }> => {
  if (!work.metadata.finalizers?.includes(finalizers.execution)) return;
  if (!work.spec.preserveResourcesOnDeletion) {
    for (const manifest of work.spec.workload?.manifests ?? []) {
      const ref = await member.client.refFor(manifest.apiVersion, manifest.kind);
      if (ref && !(await removeManifest({ client: member.client, ref, manifest }))) return { requeueAfterSeconds: 1 };
    }
  }
  await releaseWork(hub, work);
};

/** Takes our finalizer off a Work. */
export const releaseWork = async (hub: Manager, { metadata }: Work): Promise<void> => {
  const { namespace, name } = splitKey(`${metadata.namespace}/${metadata.name}`);
  const remaining = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== finalizers.execution);
  try {
    await hub.client
      .resource<Work>(worksRef)
      .patch(name, namespace, { metadata: { resourceVersion: metadata.resourceVersion, finalizers: remaining } }, { type: 'merge' });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
};

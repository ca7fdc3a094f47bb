import { encodeJson } from '../../../apimachinery/json/exact-json.ts';
import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import type { InformerEvent, Manager, ObjectKey } from '../../../controller-runtime/contract.ts';
import { keyOf, splitKey } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { clustersRef } from '../../fleet/api/cluster.ts';
import type { Cluster } from '../../fleet/api/cluster.ts';
import type { BindingStatus, ResourceBinding, TargetCluster } from '../api/resource-binding.ts';
import { annotations } from '../api/names.ts';
import type { BindingStore } from '../binding-store.ts';
import { withCondition } from '../conditions.ts';
import { estimateReplicas } from '../schedule/estimate.ts';
import { schedule } from '../schedule/schedule.ts';
import type { ScheduleResult } from '../schedule/schedule.ts';
import { createReservations } from './reservations.ts';
import { appliedPlacementAnnotation, isFresh, needsSchedule } from './triggers.ts';

/** Cluster status is collected every 10 s: twice that, and the summary counts what was assigned. */
const reservationMilliseconds = 20_000;

/** Chooses clusters for bindings and writes `spec.clusters` and the Scheduled condition. */
export const addScheduler = (manager: Manager, bindings: BindingStore): void => {
  const clusters = manager.informer<Cluster>(clustersRef);
  const reservations = createReservations(() => manager.clock.now(), reservationMilliseconds);

  manager.addController({
    name: 'binding-scheduler',
    watches: [...bindings.informers.map((informer) => watch(informer)), watch(clusters, (event) => affected(event, bindings))],
    concurrency: 8,
    reconcile: async (key) => {
      const binding = bindings.get(key);
      const fleet = clusters.list();
      if (!binding) return;
      if (!needsSchedule(binding, fleet)) return observeGeneration(bindings, key, binding);
      const result = schedule({
        binding,
        clusters: fleet,
        fresh: isFresh(binding),
        estimate: (cluster) => estimateReplicas(cluster, binding.spec.replicaRequirements, reservations.of(cluster.metadata.name)),
      });
      const written = result.ok ? await writeClusters(bindings, key, { binding, result }) : binding;
      if (result.ok && written !== binding) reservations.add(result.targets, binding.spec.clusters ?? [], binding.spec.replicaRequirements);
      await writeStatus(manager, bindings, key, { binding: written, result });
      return result.ok ? undefined : { requeueAfterSeconds: 30 };
    },
  });
};

/** Heartbeats only matter to what could not be placed; anything else of a cluster may matter to all. */
const affected = ({ object, old }: InformerEvent<Cluster>, bindings: BindingStore): ObjectKey[] => {
  const same =
    old !== undefined &&
    old.metadata.deletionTimestamp === object.metadata.deletionTimestamp &&
    jsonEqual(old.spec, object.spec) &&
    jsonEqual(old.metadata.labels, object.metadata.labels);
  const enablementsSame = jsonEqual(old?.status?.apiEnablements, object.status?.apiEnablements);
  const waiting = ({ status }: ResourceBinding): boolean =>
    !status?.conditions?.some(({ type, status: value }) => type === 'Scheduled' && value === 'True');
  return bindings
    .all()
    .filter((binding) => !same || !enablementsSame || waiting(binding))
    .map(keyOf);
};

type Placed = Extract<ScheduleResult, { ok: true }>;

const writeClusters = async (
  bindings: BindingStore,
  key: ObjectKey,
  { binding, result }: { readonly binding: ResourceBinding; readonly result: Placed },
): Promise<ResourceBinding> => {
  const placement = encodeJson(binding.spec.placement);
  if (jsonEqual(binding.spec.clusters ?? [], result.targets) && binding.metadata.annotations?.[appliedPlacementAnnotation] === placement)
    return binding;
  const { namespace, name } = splitKey(key);
  return bindings.client(key).patch(
    name,
    namespace,
    {
      metadata: {
        resourceVersion: binding.metadata.resourceVersion,
        annotations: { [appliedPlacementAnnotation]: placement, [annotations.clusters]: summary(result.targets) },
      },
      spec: { clusters: result.targets.length > 0 ? result.targets : null },
    },
    { type: 'merge', fieldManager: 'causeway-scheduler' },
  );
};

const summary = (targets: readonly TargetCluster[]): string =>
  targets.map(({ name, replicas }) => (replicas === undefined ? name : `${name} ${replicas}`)).join(', ');

interface Outcome {
  readonly binding: ResourceBinding;
  readonly result: ScheduleResult;
}

const writeStatus = async (manager: Manager, bindings: BindingStore, key: ObjectKey, { binding, result }: Outcome): Promise<void> => {
  const now = manager.clock.now();
  const scheduled = result.ok
    ? ({ status: 'True', reason: 'Success', message: 'Binding has been scheduled successfully.' } as const)
    : ({ status: 'False', reason: result.reason, message: describe(result) } as const);
  const old = binding.status?.conditions?.find(({ type }) => type === 'Scheduled');
  const generation = binding.metadata.generation ?? 0;
  const unchanged =
    old?.status === scheduled.status && old.message === scheduled.message && binding.status?.schedulerObservedGeneration === generation;
  if (unchanged && !isFresh(binding)) return;
  if (!result.ok && !unchanged) manager.events.event(binding, 'Warning', 'ScheduleBindingFailed', scheduled.message);
  await patchStatus(bindings, key, binding, {
    schedulerObservedGeneration: generation,
    ...(result.ok ? { lastScheduledTime: formatTime(now) } : {}),
    ...(result.ok && result.affinityName ? { schedulerObservingAffinityName: result.affinityName } : {}),
    conditions: withCondition(binding.status?.conditions, { type: 'Scheduled', ...scheduled }, now),
  });
};

/** The summary, then every cluster with its reason. */
const describe = ({ message, reasons }: { readonly message: string; readonly reasons: ReadonlyMap<string, string> }): string =>
  reasons.size === 0
    ? message
    : `${message} ${[...reasons]
        .map(([cluster, reason]) => `${cluster}: ${reason}`)
        .toSorted()
        .join('; ')}`;

/** The binding needs no scheduling: says that its newest generation was looked at. */
const observeGeneration = async (bindings: BindingStore, key: ObjectKey, binding: ResourceBinding): Promise<void> => {
  const scheduled = binding.status?.conditions?.some(({ type, status }) => type === 'Scheduled' && status === 'True');
  if (!scheduled || binding.metadata.deletionTimestamp || binding.status?.schedulerObservedGeneration === binding.metadata.generation)
    return;
  await patchStatus(bindings, key, binding, { schedulerObservedGeneration: binding.metadata.generation ?? 0 });
};

/** With the version: conditions are a list, and others write theirs. */
const patchStatus = async (bindings: BindingStore, key: ObjectKey, { metadata }: ResourceBinding, status: BindingStatus): Promise<void> => {
  const { namespace, name } = splitKey(key);
  const body = { metadata: { resourceVersion: metadata.resourceVersion }, status };
  await bindings.client(key).patch(name, namespace, body, { type: 'merge', subresource: 'status', fieldManager: 'causeway-scheduler' });
};

import { encodeJson } from '../../../apimachinery/json/exact-json.ts';
import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import type { InformerEvent, Manager, ObjectKey } from '../../../controller-runtime/contract.ts';
import { keyOf, splitKey } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { clustersRef } from '../../fleet/api/cluster.ts';
import type { Cluster } from '../../fleet/api/cluster.ts';
import type { ResourceBinding, TargetCluster } from '../api/resource-binding.ts';
import { annotations } from '../api/names.ts';
import type { BindingStore } from '../binding-store.ts';
import { changesWishes } from '../changes.ts';
import { estimateReplicas } from '../schedule/estimate.ts';
import { schedule } from '../schedule/schedule.ts';
import type { ScheduleResult } from '../schedule/schedule.ts';
import type { BindingStatuses } from '../status/binding-statuses.ts';
import { createReservations } from './reservations.ts';
import { appliedPlacementAnnotation, isFresh, needsSchedule } from './triggers.ts';

/** Cluster status is collected every 10 s: twice that, and the summary counts what was assigned. */
const reservationMilliseconds = 20_000;

/** Says at once where a new binding goes. */
export interface Placer {
  /** The binding with its clusters; as it is when there are none for it, or another scheduler is to choose. */
  place(binding: ResourceBinding): ResourceBinding;
}

/** Chooses clusters for bindings and writes `spec.clusters` and the Scheduled condition. */
export const addScheduler = (manager: Manager, bindings: BindingStore, statuses: BindingStatuses): Placer => {
  const clusters = manager.informer<Cluster>(clustersRef);
  const reservations = createReservations(() => manager.clock.now(), reservationMilliseconds);
  const decide = (binding: ResourceBinding): ScheduleResult =>
    schedule({
      binding,
      clusters: clusters.list(),
      fresh: isFresh(binding),
      estimate: (cluster) => estimateReplicas(cluster, binding.spec.replicaRequirements, reservations.of(cluster.metadata.name)),
    });
  const reserve = ({ spec }: ResourceBinding, { targets }: Placed): void =>
    reservations.add(targets, spec.clusters ?? [], spec.replicaRequirements);

  manager.addController({
    name: 'binding-scheduler',
    watches: [
      ...bindings.informers.map((informer) =>
        watch(informer, (event) => (changesWishes(event) || !isScheduled(event.object) ? [keyOf(event.object)] : [])),
      ),
      watch(clusters, (event) => affected(event, bindings)),
    ],
    concurrency: 8,
    reconcile: async (key) => {
      const stored = bindings.get(key);
      if (!stored) return;
      const binding = statuses.of(stored);
      if (!needsSchedule(binding, clusters.list())) return observeGeneration(statuses, binding);
      const result = decide(binding);
      const written = result.ok ? await writeClusters(bindings, key, { binding, result }) : binding;
      if (result.ok && written !== binding) reserve(binding, result);
      sayOutcome(manager, statuses, { binding: written === binding ? binding : statuses.of(written), result });
      return result.ok ? undefined : { requeueAfterSeconds: 30 };
    },
  });

  return {
    place: (binding) => {
      if (!needsSchedule(binding, clusters.list())) return binding;
      const result = decide(binding);
      if (!result.ok) return binding;
      reserve(binding, result);
      const { annotations: chosen, clusters: targets } = choice(binding, result);
      return {
        ...binding,
        metadata: { ...binding.metadata, annotations: { ...binding.metadata.annotations, ...chosen } },
        spec: { ...binding.spec, ...(targets.length > 0 ? { clusters: targets } : {}) },
      };
    },
  };
};

const isScheduled = ({ status }: ResourceBinding): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Scheduled' && value === 'True') ?? false;

/** Heartbeats only matter to what could not be placed; anything else of a cluster may matter to all. */
const affected = ({ object, old }: InformerEvent<Cluster>, bindings: BindingStore): ObjectKey[] => {
  const same =
    old !== undefined &&
    old.metadata.deletionTimestamp === object.metadata.deletionTimestamp &&
    jsonEqual(old.spec, object.spec) &&
    jsonEqual(old.metadata.labels, object.metadata.labels);
  const enablementsSame = jsonEqual(old?.status?.apiEnablements, object.status?.apiEnablements);
  return bindings
    .all()
    .filter((binding) => !same || !enablementsSame || !isScheduled(binding))
    .map(keyOf);
};

type Placed = Extract<ScheduleResult, { ok: true }>;

/** What a result says on the binding: the placement it is for, and a summary for people, beside the clusters. */
const choice = ({ spec }: ResourceBinding, { targets }: Placed) => ({
  annotations: { [appliedPlacementAnnotation]: encodeJson(spec.placement), [annotations.clusters]: summary(targets) },
  clusters: [...targets],
});

const writeClusters = async (
  bindings: BindingStore,
  key: ObjectKey,
  { binding, result }: { readonly binding: ResourceBinding; readonly result: Placed },
): Promise<ResourceBinding> => {
  const wanted = choice(binding, result);
  const { resourceVersion, annotations: current } = binding.metadata;
  const samePlacement = current?.[appliedPlacementAnnotation] === wanted.annotations[appliedPlacementAnnotation];
  if (samePlacement && jsonEqual(binding.spec.clusters ?? [], wanted.clusters)) return binding;
  const { namespace, name } = splitKey(key);
  const body = {
    metadata: { resourceVersion, annotations: wanted.annotations },
    spec: { clusters: wanted.clusters.length > 0 ? wanted.clusters : null },
  };
  return bindings.client(key).patch(name, namespace, body, { type: 'merge', fieldManager: 'causeway-scheduler' });
};

const summary = (targets: readonly TargetCluster[]): string =>
  targets.map(({ name, replicas }) => (replicas === undefined ? name : `${name} ${replicas}`)).join(', ');

interface Outcome {
  readonly binding: ResourceBinding;
  readonly result: ScheduleResult;
}

const sayOutcome = (manager: Manager, statuses: BindingStatuses, { binding, result }: Outcome): void => {
  const scheduled = result.ok
    ? ({ status: 'True', reason: 'Success', message: 'Binding has been scheduled successfully.' } as const)
    : ({ status: 'False', reason: result.reason, message: describe(result) } as const);
  const old = binding.status?.conditions?.find(({ type }) => type === 'Scheduled');
  const generation = binding.metadata.generation ?? 0;
  const unchanged =
    old?.status === scheduled.status && old.message === scheduled.message && binding.status?.schedulerObservedGeneration === generation;
  if (unchanged && !isFresh(binding)) return;
  if (!result.ok && !unchanged) manager.events.event(binding, 'Warning', 'ScheduleBindingFailed', scheduled.message);
  const part = {
    schedulerObservedGeneration: generation,
    ...(result.ok ? { lastScheduledTime: formatTime(manager.clock.now()) } : {}),
    ...(result.ok && result.affinityName ? { schedulerObservingAffinityName: result.affinityName } : {}),
    conditions: [{ type: 'Scheduled', ...scheduled }],
  };
  // The first good news waits for that of the Works.
  const urgency = binding.status?.conditions?.length ? 'soon' : 'underway';
  statuses.say(binding, part, result.ok ? urgency : 'now');
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
const observeGeneration = (statuses: BindingStatuses, binding: ResourceBinding): void => {
  const { generation = 0, deletionTimestamp } = binding.metadata;
  if (!isScheduled(binding) || deletionTimestamp || binding.status?.schedulerObservedGeneration === generation) return;
  statuses.say(binding, { schedulerObservedGeneration: generation }, 'soon');
};

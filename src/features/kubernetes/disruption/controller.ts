import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import { labelSelectorFromSpec, matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import type { Deployment, ReplicaSet, StatefulSet } from '../../../api/apps/types.gen.ts';
import type { Pod } from '../../../api/core/types.gen.ts';
import type { Condition, LabelSelector } from '../../../api/meta/types.gen.ts';
import type { PodDisruptionBudget } from '../../../api/policy/types.gen.ts';
import { deploymentsRef, podDisruptionBudgetsRef, podsRef, replicaSetsRef, statefulSetsRef } from '../../../api/refs.gen.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { isReady, isTerminal, isTerminating } from '../common/pod-state.ts';
import { createScaleFinder, expectedPods } from './expected.ts';
import { nextStatus, pendingDisruptions } from './reconcile.ts';

const selects = ({ spec }: PodDisruptionBudget, { metadata }: Pod): boolean =>
  spec?.selector !== undefined && matchesLabels(labelSelectorFromSpec(spec.selector), metadata.labels);

/** As the original prints it in its event. */
const describeSelector = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): string => {
  const labels = Object.entries(matchLabels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}: ${value},`);
  const expressions = matchExpressions.map(
    ({ key, operator, values = [] }) => `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`;
};

/** Keeps PodDisruptionBudgets' status, by which evictions are granted. */
export const addDisruptionController = (manager: Manager): void => {
  const { client, clock } = manager;
  const budgets = manager.informer<PodDisruptionBudget>(podDisruptionBudgetsRef);
  const pods = manager.informer<Pod>(podsRef);
  const events = manager.recorder('controllermanager');
  const scaled = {
    ReplicaSet: manager.informer<ReplicaSet>(replicaSetsRef),
    Deployment: manager.informer<Deployment>(deploymentsRef),
    StatefulSet: manager.informer<StatefulSet>(statefulSetsRef),
  };
  const findScale = createScaleFinder(client, ({ apiVersion, kind, name, uid }, namespace) => {
    const informer = apiVersion === 'apps/v1' && kind in scaled ? scaled[kind as keyof typeof scaled] : undefined;
    const object = informer?.get(name, namespace);
    return object?.metadata.uid === uid ? object : undefined;
  });

  const conditionOf = (budget: PodDisruptionBudget, allowed: number): Condition => {
    const status = allowed > 0 ? 'True' : 'False';
    const old = budget.status?.conditions?.find(({ type }) => type === 'DisruptionAllowed');
    return {
      type: 'DisruptionAllowed',
      status,
      reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
      message: '',
      observedGeneration: budget.metadata.generation ?? 0,
      lastTransitionTime: old?.status === status ? old.lastTransitionTime : formatTime(clock.now()),
    };
  };

  const writeStatus = async (budget: PodDisruptionBudget, status: NonNullable<PodDisruptionBudget['status']>): Promise<void> => {
    if (!semanticEqual(status, budget.status))
      await client.resource<PodDisruptionBudget>(podDisruptionBudgetsRef).updateStatus({ ...budget, status });
  };
  const othersOf = ({ status }: PodDisruptionBudget): Condition[] =>
    (status?.conditions ?? []).filter(({ type }) => type !== 'DisruptionAllowed');

  /** Nothing may be evicted while it is not known what must stay. */
  const failSafe = async (budget: PodDisruptionBudget, message: string): Promise<void> => {
    events.event(budget, 'Warning', 'CalculateExpectedPodCountFailed', `Failed to calculate the number of expected pods: ${message}`);
    const condition = { ...conditionOf(budget, 0), reason: 'SyncFailed', message };
    const counts = { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, ...budget.status };
    await writeStatus(budget, { ...counts, disruptionsAllowed: 0, conditions: [...othersOf(budget), condition] });
  };

  const reconcile = async (key: string): Promise<ReconcileResult> => {
    const budget = budgets.byKey(key);
    if (!budget) return undefined;
    const selected = pods.list(budget.metadata.namespace ?? '').filter((pod) => selects(budget, pod) && !isTerminal(pod));
    if (selected.length === 0) events.event(budget, 'Normal', 'NoPods', 'No matching pods found');
    const expected = await expectedPods(budget, selected, findScale);
    if (expected.unmanaged.length > 0) {
      events.event(
        budget,
        'Warning',
        'UnmanagedPods',
        `Pods selected by this PodDisruptionBudget (selector: ${describeSelector(budget.spec?.selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`,
      );
    }
    const [lost] = expected.abandoned;
    if (lost !== undefined) return failSafe(budget, `found no controllers for pod "${lost}"`);
    const { disrupted, recheckMilliseconds } = pendingDisruptions(budget, selected, clock.now());
    const counts = nextStatus(budget, { pods: selected, expected: expected.count, disrupted });
    await writeStatus(budget, { ...counts, conditions: [...othersOf(budget), conditionOf(budget, counts.disruptionsAllowed)] });
    return recheckMilliseconds === undefined ? undefined : { requeueAfterSeconds: recheckMilliseconds / 1000 };
  };

  const health = (pod: Pod): string => JSON.stringify([isReady(pod), isTerminal(pod), isTerminating(pod), pod.metadata.labels]);
  const budgetsIn = (namespace: string | undefined): string[] => budgets.list(namespace ?? '').map(keyOf);
  manager.addController({
    name: 'disruption',
    watches: [
      watch(budgets),
      watch(pods, ({ type, object, old }) => {
        if (type === 'modified' && old && health(old) === health(object)) return [];
        return budgets
          .list(object.metadata.namespace ?? '')
          .filter((budget) => selects(budget, object) || (old && selects(budget, old)))
          .map(keyOf);
      }),
      ...Object.values(scaled).map((informer) =>
        watch(informer as typeof scaled.ReplicaSet, ({ object, old }) =>
          object.spec.replicas === old?.spec.replicas ? [] : budgetsIn(object.metadata.namespace),
        ),
      ),
    ],
    reconcile,
  });
};

import { labelSelectorFromMap, labelSelectorFromSpec, matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import type { ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from '../../../api/apps/types.gen.ts';
import type { Pod } from '../../../api/core/types.gen.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import { findCondition, withoutCondition } from '../common/conditions.ts';
import { errorMessage } from '../common/error-message.ts';
import { isAvailable, isReady, isTerminating } from '../common/pod-state.ts';

/** At most this many pods are created or deleted in one go. */
const burstReplicas = 500;

/** How many pods to create (positive) or delete (negative). */
export const replicaDifference = (desired: number, active: number): number =>
  Math.max(-burstReplicas, Math.min(burstReplicas, desired - active));

/** A ReplicationController's selector is a plain map; a ReplicaSet's has expressions. */
export const selectorOf = ({ spec }: ReplicaSet) =>
  spec.selector && ('matchLabels' in spec.selector || 'matchExpressions' in spec.selector)
    ? labelSelectorFromSpec(spec.selector)
    : labelSelectorFromMap((spec.selector ?? spec.template?.metadata?.labels ?? {}) as Record<string, string>);

/** What happened to the pods; `difference` is what was to be done. */
export interface ManageOutcome {
  readonly difference: number;
  readonly error: unknown;
}

/** The status to write, by the active pods, those terminating, and how creating and deleting went. */
export const nextStatus = (
  replicaSet: ReplicaSet,
  pods: { readonly active: readonly Pod[]; readonly all: readonly Pod[] },
  outcome: ManageOutcome,
  now: number,
): ReplicaSetStatus => {
  const { spec, status, metadata } = replicaSet;
  const templateLabels = labelSelectorFromMap(spec.template?.metadata?.labels ?? {});
  const minReadySeconds = spec.minReadySeconds ?? 0;
  const count = (test: (pod: Pod) => boolean): number => pods.active.filter(test).length;
  const conditions = nextConditions(status?.conditions, outcome, now);
  return {
    replicas: pods.active.length,
    ...optional(
      'fullyLabeledReplicas',
      count((pod) => matchesLabels(templateLabels, pod.metadata.labels)),
    ),
    ...optional('readyReplicas', count(isReady)),
    ...optional(
      'availableReplicas',
      count((pod) => isAvailable(pod, minReadySeconds, now)),
    ),
    ...(replicaSet.kind === 'ReplicaSet' ? { terminatingReplicas: pods.all.filter(isTerminating).length } : {}),
    ...optional('observedGeneration', metadata.generation ?? 0),
    ...(conditions.length > 0 ? { conditions } : {}),
  };
};

/** Counters of zero are left out, as the original's encoding does. */
const optional = (name: string, value: number): Record<string, number> => (value === 0 ? {} : { [name]: value });

function nextConditions(conditions: readonly ReplicaSetCondition[] | undefined, { difference, error }: ManageOutcome, now: number) {
  if (error === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  if (findCondition(conditions, 'ReplicaFailure')) return [...(conditions ?? [])];
  return [
    ...(conditions ?? []),
    {
      type: 'ReplicaFailure',
      status: 'True',
      lastTransitionTime: formatTime(now),
      reason: difference > 0 ? 'FailedCreate' : 'FailedDelete',
      message: errorMessage(error),
    },
  ];
}

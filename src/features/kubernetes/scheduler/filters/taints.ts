import type { Taint, Toleration } from '../../../../api/core/types.gen.ts';
import { hopeless } from './filter.ts';
import type { Filter } from './filter.ts';

export const unschedulableTaint: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** An empty key with Exists tolerates every taint, an empty effect every effect. */
export const tolerates = ({ key, operator, value, effect }: Toleration, taint: Taint): boolean => {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return Boolean(key) && (value ?? '') === (taint.value ?? '');
};

export const untolerated = (
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
  effects: readonly string[],
): Taint | undefined =>
  taints?.find((taint) => effects.includes(taint.effect) && !tolerations?.some((toleration) => tolerates(toleration, taint)));

export const unschedulableNodes: Filter =
  ({ pod }) =>
  ({ node }) =>
    node.spec?.unschedulable && untolerated([unschedulableTaint], pod.spec.tolerations, ['NoSchedule'])
      ? hopeless('node(s) were unschedulable')
      : undefined;

export const taints: Filter =
  ({ pod }) =>
  ({ node }) =>
    untolerated(node.spec?.taints, pod.spec.tolerations, ['NoSchedule', 'NoExecute'])
      ? hopeless('node(s) had untolerated taint(s)')
      : undefined;

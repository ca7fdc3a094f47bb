import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

/** Which generation of a pod a status or a condition was made of (KEP-5067). */
export const observedGeneration = ({ metadata: { generation } }: KubeObject): { readonly observedGeneration?: number } =>
  generation === undefined ? {} : { observedGeneration: generation };

export const findCondition = <C extends { type: string }>(conditions: readonly C[] | undefined, type: string): C | undefined =>
  conditions?.find((condition) => condition.type === type);

export const isConditionTrue = (conditions: readonly { type: string; status: string }[] | undefined, type: string): boolean =>
  findCondition(conditions, type)?.status === 'True';

/** The conditions with this one set; lastTransitionTime moves only when the status changes. */
export const withCondition = <C extends Condition>(conditions: readonly C[] | undefined, condition: C, nowMilliseconds: number): C[] => {
  const old = findCondition(conditions, condition.type);
  const lastTransitionTime =
    old?.status === condition.status && old.lastTransitionTime ? old.lastTransitionTime : formatTime(nowMilliseconds);
  const next = { ...condition, lastTransitionTime };
  if (!old) return [...(conditions ?? []), next];
  return (conditions ?? []).map((other) => (other.type === condition.type ? next : other));
};

export const withoutCondition = <C extends { type: string }>(conditions: readonly C[] | undefined, type: string): C[] =>
  (conditions ?? []).filter((condition) => condition.type !== type);

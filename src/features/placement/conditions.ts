import { formatTime } from '../../controller-runtime/clock.ts';

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastTransitionTime: string;
  observedGeneration?: number;
}

/** The list with this condition set; the transition time moves only when the status does. The same list when nothing changes. */
export const withCondition = (
  current: readonly Condition[] | undefined,
  wanted: Omit<Condition, 'lastTransitionTime'>,
  now: number,
): Condition[] => {
  const list = [...(current ?? [])];
  const index = list.findIndex(({ type }) => type === wanted.type);
  const old = list[index];
  const lastTransitionTime = old?.status === wanted.status ? old.lastTransitionTime : formatTime(now);
  const next = { ...wanted, message: wanted.message.slice(0, 32_768), lastTransitionTime };
  if (index < 0) list.push(next);
  else list[index] = next;
  return list;
};

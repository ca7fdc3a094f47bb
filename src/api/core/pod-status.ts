import type { Pod } from './types.gen.ts';

/** The one address of old and the list say the same; where they differ, the one counts. */
const settleAddresses = (status: NonNullable<Pod['status']>): void => {
  const { podIP, podIPs = [] } = status;
  if (podIP && podIPs[0]?.ip !== podIP) status.podIPs = [{ ip: podIP }];
  else if (podIPs[0]) status.podIP = podIPs[0].ip;
};

/** A status without a generation, of itself or of a condition, was written by somebody who does not know it. */
const keepGenerations = (status: NonNullable<Pod['status']>, before: Pod['status']): void => {
  if (!status.observedGeneration && before?.observedGeneration) status.observedGeneration = before.observedGeneration;
  const left = [...(before?.conditions ?? [])];
  for (const condition of status.conditions ?? []) {
    const index = left.findIndex(({ type }) => type === condition.type);
    const [known] = index < 0 ? [] : left.splice(index, 1);
    if (!condition.observedGeneration && known?.observedGeneration) condition.observedGeneration = known.observedGeneration;
  }
};

/** What a new status of a pod keeps of the old one: its class of service, and generations that it leaves out. In place. */
export const preparePodStatus = (pod: Pod, old: Pod): void => {
  // Whose status is told says nothing of its end.
  if (old.metadata.deletionTimestamp === undefined) delete pod.metadata.deletionTimestamp;
  const status = (pod.status ??= {});
  if (!status.qosClass && old.status?.qosClass) status.qosClass = old.status.qosClass;
  settleAddresses(status);
  keepGenerations(status, old.status);
};

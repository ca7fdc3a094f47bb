import type { ContainerStatus, Pod, PodStatus } from '../../../api/core/types.gen.ts';
import type { EventRecorder } from '../../../controller-runtime/contract.ts';

/** The kubelet's events about containers that changed: failed pulls, starts, crash loops. */
export const reportContainerEvents = (events: EventRecorder, pod: Pod, next: PodStatus): void => {
  for (const status of next.containerStatuses ?? []) {
    const before = pod.status?.containerStatuses?.find(({ name }) => name === status.name);
    const report = eventOf(pod, before, status);
    if (report) events.event(pod, report.type, report.reason, report.message);
  }
};

function eventOf(pod: Pod, before: ContainerStatus | undefined, { name, image, state, restartCount }: ContainerStatus) {
  if (state?.waiting && state.waiting.reason !== before?.state?.waiting?.reason) {
    if (state.waiting.reason === 'ErrImagePull') return warning('Failed', `Failed to pull image "${image}": simulated`);
    if (state.waiting.reason === 'ImagePullBackOff') return warning('BackOff', `Back-off pulling image "${image}"`);
    const where = `${pod.metadata.name}_${pod.metadata.namespace ?? ''}(${pod.metadata.uid ?? ''})`;
    if (state.waiting.reason === 'CrashLoopBackOff')
      return warning('BackOff', `Back-off restarting failed container ${name} in pod ${where}`);
  }
  const isNew = !before?.state?.running || before.restartCount !== restartCount;
  return state?.running && isNew ? { type: 'Normal' as const, reason: 'Started', message: `Container started` } : undefined;
}

const warning = (reason: string, message: string) => ({ type: 'Warning' as const, reason, message });

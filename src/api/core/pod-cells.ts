import { humanAge } from '../../apimachinery/time/human-duration.ts';
import { age } from '../cells.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { RowCondition } from '../kind-definition.ts';
import { cellsOf } from '../typed.ts';
import type { ContainerState, ContainerStatus, Pod } from './types.gen.ts';

/** What a run over container statuses finds. */
interface Summary {
  reason: string;
  restarts: number;
  lastRestart: string | undefined;
  ready: number;
}

const addRestarts = (summary: Summary, { restartCount, lastState }: ContainerStatus): void => {
  summary.restarts += restartCount ?? 0;
  const finished = lastState?.terminated?.finishedAt;
  if (finished && (summary.lastRestart === undefined || finished > summary.lastRestart)) summary.lastRestart = finished;
};

const terminatedReason = (state: NonNullable<ContainerState['terminated']>): string => {
  if (state.reason) return state.reason;
  return state.signal ? `Signal:${state.signal}` : `ExitCode:${state.exitCode}`;
};

/** Why an init container holds the pod up, or undefined when it does not. */
const initReason = ({ state }: ContainerStatus, progress: string): string => {
  if (state?.terminated) return `Init:${terminatedReason(state.terminated)}`;
  const waiting = state?.waiting?.reason;
  return waiting && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${progress}`;
};

/** Init containers in order until one is not done; `sidecars` counts only those that keep running. */
const summarizeInit = (pod: Pod, reason: string): { all: Summary; sidecars: Summary; initializing: boolean } => {
  const restartable = new Set(
    (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
  const all: Summary = { reason, restarts: 0, lastRestart: undefined, ready: 0 };
  const sidecars: Summary = { ...all };
  for (const [index, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const isSidecar = restartable.has(status.name);
    addRestarts(all, status);
    if (isSidecar) addRestarts(sidecars, status);
    if (status.state?.terminated?.exitCode === 0) continue;
    if (isSidecar && status.started === true) {
      if (status.ready) all.ready += 1;
      continue;
    }
    all.reason = initReason(status, `${index}/${pod.spec.initContainers?.length ?? 0}`);
    return { all, sidecars, initializing: true };
  }
  return { all, sidecars, initializing: false };
};

const hasCondition = ({ status }: Pod, type: string): boolean =>
  status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;

/** Continues with the containers themselves, from the last to the first. */
const addContainers = (pod: Pod, summary: Summary): void => {
  let hasRunning = false;
  let errorReason = '';
  for (const status of (pod.status?.containerStatuses ?? []).toReversed()) {
    addRestarts(summary, status);
    const { waiting, terminated, running } = status.state ?? {};
    if (waiting?.reason) summary.reason = waiting.reason;
    else if (terminated) {
      summary.reason = terminatedReason(terminated);
      if (terminated.exitCode !== 0) errorReason = summary.reason;
    } else if (status.ready && running) {
      hasRunning = true;
      summary.ready += 1;
    }
  }
  if (summary.reason !== 'Completed') return;
  if (hasRunning && hasCondition(pod, 'Ready')) summary.reason = 'Running';
  else if (errorReason) summary.reason = errorReason;
  else if (hasRunning) summary.reason = 'NotReady';
};

const summarize = (pod: Pod): Summary => {
  const gated = pod.status?.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  const { all, sidecars, initializing } = summarizeInit(pod, gated ? 'SchedulingGated' : pod.status?.reason || pod.status?.phase || '');
  let summary = all;
  if (!initializing || hasCondition(pod, 'Initialized')) {
    summary = { ...sidecars, reason: all.reason, ready: all.ready };
    addContainers(pod, summary);
  }
  if (pod.metadata.deletionTimestamp) {
    if (pod.status?.reason === 'NodeLost') summary.reason = 'Unknown';
    else if (pod.status?.phase !== 'Failed' && pod.status?.phase !== 'Succeeded') summary.reason = 'Terminating';
  }
  return summary;
};

const readinessGates = ({ spec, status }: Pod): string => {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const isTrue = (type: string) => status?.conditions?.find((condition) => condition.type === type)?.status === 'True';
  return `${gates.filter(({ conditionType }) => isTrue(conditionType)).length}/${gates.length}`;
};

/** Name, ready, status, restarts, age; wide: IP, node, nominated node, readiness gates. */
export const podCells = cellsOf<Pod>((pod, now) => {
  const { reason, restarts, lastRestart, ready } = summarize(pod);
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').length;
  return [
    pod.metadata.name,
    `${ready}/${(pod.spec.containers?.length ?? 0) + sidecars}`,
    reason,
    restarts !== 0 && lastRestart ? `${restarts} (${humanAge(lastRestart, now)} ago)` : String(restarts),
    age(pod, now),
    pod.status?.podIPs?.[0]?.ip || '<none>',
    pod.spec.nodeName || '<none>',
    pod.status?.nominatedNodeName || '<none>',
    readinessGates(pod),
  ];
});

const finished: Readonly<Record<string, string>> = { Succeeded: 'The pod has completed successfully.', Failed: 'The pod failed.' };

/** A pod that has run to its end is told apart, so that clients may leave it out. */
export const podRowConditions = ({ status }: UnstructuredObject): readonly RowCondition[] => {
  const { phase = '' } = (status ?? {}) as { readonly phase?: string };
  const message = finished[phase];
  return message === undefined ? [] : [{ type: 'Completed', status: 'True', reason: phase, message }];
};

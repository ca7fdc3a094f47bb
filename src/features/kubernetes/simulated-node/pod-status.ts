import type { Container, ContainerStatus, Pod, PodCondition, PodStatus } from '../../../api/core/types.gen.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import { isConditionTrue, observedGeneration, withCondition } from '../common/conditions.ts';
import { pullFailure, statusOf, stepContainer, terminated, waitingFor } from './container-status.ts';
import type { ContainerContext } from './container-status.ts';
import { stepInitContainers } from './init-containers.ts';
import { simpleCommand } from './simple-command.ts';
import { behaviourOf } from './simulation.ts';
import type { SimulationTiming } from './simulation.ts';

export interface PodStep {
  readonly status: PodStatus;
  /** When the next change is due by time alone. */
  readonly dueSeconds?: number;
}

export interface PodStepOptions {
  readonly timing: SimulationTiming;
  /** Milliseconds. */
  readonly now: number;
  readonly hostIP: string;
  /** The pod's address: its own, or the node's for hostNetwork. */
  readonly podIP: string;
}

/** What a kubelet would report of the pod now. Pure: by the pod's last status, its annotations and the time. */
export const stepPod = (pod: Pod, options: PodStepOptions): PodStep => {
  const { timing, now, hostIP, podIP } = options;
  const behaviour = behaviourOf(pod, timing);
  const context: ContainerContext = { pod, behaviour, now };
  const startTime = pod.status?.startTime ?? formatTime(now);
  const activeLeft = deadlineLeft(pod, startTime, now);
  if (activeLeft !== undefined && activeLeft <= 0) return { status: deadlineExceeded(pod, options) };

  const pullFails = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].some(behaviour.pullFails);
  const init = stepInitContainers(pod, context);
  const steps = pod.spec.containers.map((container) => {
    const previous = statusOf(pod.status?.containerStatuses, container);
    if (!init.done) return { status: waitingFor(container, 'PodInitializing') };
    if (behaviour.pullFails(container)) return { status: pullFailure(container, previous) };
    return stepContainer(container, previous, context);
  });
  const readyLeft = readinessLeft(
    pod,
    steps.map(({ status }) => status),
    { timing, now },
  );
  const ready = !behaviour.notReady && readyLeft <= 0;
  const containerStatuses = steps.map(({ status }, index) => ({
    ...status,
    ready: ready && status.state?.running !== undefined,
    ...resourcesOf(pod.spec.containers[index], status),
  }));
  const phase = init.failed ? 'Failed' : phaseOf(pod, containerStatuses, !init.done);
  const dues = [
    init.dueSeconds,
    ...steps.map((step) => ('dueSeconds' in step ? step.dueSeconds : undefined)),
    activeLeft,
    readyLeft > 0 ? readyLeft : undefined,
  ];
  // A failing pull alternates between its error and its back-off.
  if (pullFails) dues.push(containerStatuses.some(({ state }) => state?.waiting?.reason === 'ErrImagePull') ? 2 : undefined);
  const due = Math.min(...dues.filter((value) => value !== undefined));
  const finished = phase === 'Succeeded' || phase === 'Failed';
  const status: PodStatus = {
    ...pod.status,
    ...observedGeneration(pod),
    phase,
    startTime,
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP,
    podIPs: [{ ip: podIP }],
    conditions: conditionsOf(pod, { containerStatuses, phase, incomplete: init.incomplete, now }),
    containerStatuses,
    ...(init.statuses.length > 0 ? { initContainerStatuses: [...init.statuses] } : {}),
    ...ephemeralStatuses(pod, context),
  };
  return { status, ...(Number.isFinite(due) && !finished ? { dueSeconds: due } : {}) };
};

/** All containers ended: how a pod is reported that is deleted but kept by a finalizer. */
export const stoppedPodStatus = (pod: Pod, now: number): PodStatus => {
  const context: ContainerContext = {
    pod,
    behaviour: behaviourOf(pod, { startSeconds: 0, probeDelayFactor: 0, runSeconds: 0, stopSeconds: 0 }),
    now,
  };
  const containerStatuses = pod.spec.containers.map((container) => {
    const previous = statusOf(pod.status?.containerStatuses, container);
    return previous?.state?.terminated ? previous : terminated(container, context, { exitCode: 137, previous });
  });
  const phase = containerStatuses.every(({ state }) => state?.terminated?.exitCode === 0) ? 'Succeeded' : 'Failed';
  return { ...pod.status, phase, containerStatuses, conditions: conditionsOf(pod, { containerStatuses, phase, incomplete: [], now }) };
};

/** Ephemeral containers run until their command ends, and are never restarted (KEP-277). */
function ephemeralStatuses(pod: Pod, context: ContainerContext): Pick<PodStatus, 'ephemeralContainerStatuses'> {
  if (!pod.spec.ephemeralContainers?.length) return {};
  const ephemeral: ContainerContext = {
    ...context,
    restartPolicy: 'Never',
    behaviour: { ...context.behaviour, runSeconds: (container) => simpleCommand(container)?.runSeconds },
  };
  const statuses = pod.spec.ephemeralContainers.map(
    (container) => stepContainer(container, statusOf(pod.status?.ephemeralContainerStatuses, container), ephemeral).status,
  );
  return { ephemeralContainerStatuses: statuses };
}

/** What a started container was given: all it asks for (KEP-1287). */
function resourcesOf(container: Container | undefined, { state }: ContainerStatus): Partial<ContainerStatus> {
  const resources = container?.resources;
  if (!resources || (!state?.running && !state?.terminated)) return {};
  return { resources, ...(resources.requests ? { allocatedResources: resources.requests } : {}) };
}

/** Seconds until the readiness probes may have passed, counted from the youngest container's start. */
function readinessLeft(pod: Pod, statuses: readonly ContainerStatus[], { timing, now }: { timing: SimulationTiming; now: number }): number {
  let left = 0;
  for (const [index, { readinessProbe }] of pod.spec.containers.entries()) {
    const delay = (readinessProbe?.initialDelaySeconds ?? 0) * timing.probeDelayFactor;
    const startedAt = statuses[index]?.state?.running?.startedAt;
    if (delay > 0 && startedAt) left = Math.max(left, delay - (now - Date.parse(startedAt)) / 1000);
  }
  return left;
}

function deadlineLeft({ spec }: Pod, startTime: string, now: number): number | undefined {
  return spec.activeDeadlineSeconds === undefined ? undefined : Number(spec.activeDeadlineSeconds) - (now - Date.parse(startTime)) / 1000;
}

const deadlineExceeded = (pod: Pod, { now }: PodStepOptions): PodStatus => ({
  ...stoppedPodStatus(pod, now),
  phase: 'Failed',
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
});

function phaseOf(pod: Pod, statuses: readonly ContainerStatus[], initializing: boolean): NonNullable<PodStatus['phase']> {
  if (initializing || statuses.some(({ state }) => state?.waiting && state.waiting.reason !== 'CrashLoopBackOff')) return 'Pending';
  const over = statuses.every(({ state }) => state?.terminated);
  if (!over || (pod.spec.restartPolicy ?? 'Always') === 'Always') return 'Running';
  return statuses.every(({ state }) => state?.terminated?.exitCode === 0) ? 'Succeeded' : 'Failed';
}

interface ConditionInputs {
  readonly containerStatuses: readonly ContainerStatus[];
  readonly phase: string;
  /** Init containers that have not done their work. */
  readonly incomplete: readonly string[];
  readonly now: number;
}

function conditionsOf(pod: Pod, { containerStatuses, phase, incomplete, now }: ConditionInputs): PodCondition[] {
  const over = phase === 'Succeeded' || phase === 'Failed';
  const completed = phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed';
  const unready = containerStatuses.filter(({ ready }) => !ready).map(({ name }) => name);
  const notReady = { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
  const gatesPass = (pod.spec.readinessGates ?? []).every(({ conditionType }) => isConditionTrue(pod.status?.conditions, conditionType));
  const state = (ok: boolean, why: { reason?: string; message?: string }): { status: string; reason?: string; message?: string } =>
    ok ? { status: 'True' } : { status: 'False', ...why };
  const initWhy = { reason: 'ContainersNotInitialized', message: `containers with incomplete status: [${incomplete.join(' ')}]` };
  const gateWhy = { reason: 'ReadinessGatesNotReady', message: 'the status of pod readiness gates is not all "True"' };
  const containersReady = state(!over && unready.length === 0, over ? { reason: completed } : notReady);
  const wanted: PodCondition[] = [
    { type: 'PodReadyToStartContainers', status: over ? 'False' : 'True' },
    { type: 'Initialized', ...state(incomplete.length === 0, initWhy), ...(over && incomplete.length === 0 ? { reason: completed } : {}) },
    { type: 'Ready', ...(containersReady.status === 'True' && !gatesPass ? state(false, gateWhy) : containersReady) },
    { type: 'ContainersReady', ...containersReady },
    { type: 'PodScheduled', status: 'True' },
  ];
  return wanted.reduce<PodCondition[]>(
    (conditions, condition) => withCondition(conditions, { ...condition, ...observedGeneration(pod) }, now),
    [...(pod.status?.conditions ?? [])],
  );
}

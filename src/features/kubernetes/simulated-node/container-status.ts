import { createHash } from 'node:crypto';
import type { Container, ContainerStatus, Pod } from '../../../api/core/types.gen.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import type { Behaviour } from './simulation.ts';

/** As the kubelet: the first restart is immediate, then 10 s doubling to 5 min. */
const backoffSeconds = (restarts: number): number => (restarts === 0 ? 0 : Math.min(10 * 2 ** (restarts - 1), 300));

const idOf = (...parts: readonly unknown[]): string => createHash('sha256').update(parts.join('/')).digest('hex');

export interface ContainerContext {
  readonly pod: Pod;
  readonly behaviour: Behaviour;
  /** Milliseconds. */
  readonly now: number;
  /** Runs until stopped, whatever the pod's restart policy: a sidecar. */
  readonly endless?: boolean;
  /** Instead of the pod's. */
  readonly restartPolicy?: 'Never' | 'OnFailure';
}

export const statusOf = (
  statuses: readonly ContainerStatus[] | undefined,
  { name }: { readonly name: string },
): ContainerStatus | undefined => statuses?.find((status) => status.name === name);

const base = (container: Container, { pod }: ContainerContext, restartCount: number) => ({
  name: container.name,
  image: container.image ?? '',
  imageID: container.image ? `docker.io/simulated@sha256:${idOf(container.image)}` : '',
  restartCount,
  containerID: `simulated://${idOf(pod.metadata.uid, container.name, restartCount)}`,
});

/** The status of a container whose image cannot be pulled. */
export const pullFailure = (container: Container, previous: ContainerStatus | undefined): ContainerStatus => ({
  name: container.name,
  image: container.image ?? '',
  imageID: '',
  restartCount: previous?.restartCount ?? 0,
  ready: false,
  started: false,
  state: previous?.state?.waiting
    ? { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${container.image ?? ''}"` } }
    : { waiting: { reason: 'ErrImagePull', message: `failed to pull image "${container.image ?? ''}": simulated` } },
});

export const waitingFor = (container: Container, reason: 'ContainerCreating' | 'PodInitializing'): ContainerStatus => ({
  name: container.name,
  image: container.image ?? '',
  imageID: '',
  restartCount: 0,
  ready: false,
  started: false,
  state: { waiting: { reason } },
});

const running = (container: Container, context: ContainerContext, restarts: number, last?: ContainerStatus): ContainerStatus => ({
  ...base(container, context, restarts),
  ready: false,
  started: true,
  state: { running: { startedAt: formatTime(context.now) } },
  ...(last?.state?.terminated ? { lastState: { terminated: last.state.terminated } } : {}),
  ...(last?.lastState && !last.state?.terminated ? { lastState: last.lastState } : {}),
});

/** A container that ended, with the exit code. */
export const terminated = (
  container: Container,
  context: ContainerContext,
  { exitCode, previous }: { readonly exitCode: number; readonly previous: ContainerStatus | undefined },
): ContainerStatus => {
  const restarts = previous?.restartCount ?? 0;
  const common = base(container, context, restarts);
  return {
    ...common,
    ready: false,
    started: false,
    state: {
      terminated: {
        exitCode,
        reason: exitCode === 0 ? 'Completed' : 'Error',
        startedAt: previous?.state?.running?.startedAt ?? formatTime(context.now),
        finishedAt: formatTime(context.now),
        containerID: common.containerID,
      },
    },
    ...(previous?.lastState ? { lastState: previous.lastState } : {}),
  };
};

/** Seconds since a time; infinity without one. */
const since = (time: string | undefined, now: number): number => (time ? (now - Date.parse(time)) / 1000 : Infinity);

/** The container one step later, and in how many seconds the next step is due. */
export const stepContainer = (
  container: Container,
  previous: ContainerStatus | undefined,
  context: ContainerContext,
): { readonly status: ContainerStatus; readonly dueSeconds?: number } => {
  const { behaviour, now, pod } = context;
  const runSeconds = context.endless ? undefined : behaviour.runSeconds(container);
  const due = (seconds: number | undefined) => (seconds === undefined ? {} : { dueSeconds: Math.max(0, seconds) });
  if (!previous?.state || (previous.state.waiting && previous.state.waiting.reason !== 'CrashLoopBackOff')) {
    const status = running(container, context, previous?.restartCount ?? 0);
    // What takes no time has ended by the time anybody looks.
    return runSeconds === 0 ? stepContainer(container, status, context) : { status, ...due(runSeconds) };
  }
  if (previous.state.running) {
    const left = runSeconds === undefined ? undefined : runSeconds - since(previous.state.running.startedAt, now);
    if (left === undefined || left > 0) return { status: previous, ...due(left) };
    return stepContainer(container, terminated(container, context, { exitCode: behaviour.exitCode(container), previous }), context);
  }
  const ended = previous.state.terminated ?? previous.lastState?.terminated;
  const policy = context.restartPolicy ?? pod.spec.restartPolicy ?? 'Always';
  if (policy === 'Never' || (policy === 'OnFailure' && ended?.exitCode === 0)) return { status: previous };
  const left = backoffSeconds(previous.restartCount) - since(ended?.finishedAt, now);
  if (left <= 0) return { status: running(container, context, previous.restartCount + 1, previous), ...due(runSeconds) };
  return { status: crashLooping(container, context, previous), dueSeconds: left };
};

function crashLooping(container: Container, { pod }: ContainerContext, previous: ContainerStatus): ContainerStatus {
  const wait = backoffSeconds(previous.restartCount);
  const readable = wait >= 60 ? `${Math.floor(wait / 60)}m${wait % 60}s` : `${wait}s`;
  const where = `${pod.metadata.name}_${pod.metadata.namespace ?? ''}(${pod.metadata.uid ?? ''})`;
  const ended = previous.state?.terminated ?? previous.lastState?.terminated;
  return {
    ...previous,
    state: {
      waiting: { reason: 'CrashLoopBackOff', message: `back-off ${readable} restarting failed container=${container.name} pod=${where}` },
    },
    ...(ended ? { lastState: { terminated: ended } } : {}),
  };
}

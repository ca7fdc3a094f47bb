import type { Container, ContainerStatus, Pod } from '../../../api/core/types.gen.ts';
import { pullFailure, statusOf, stepContainer, waitingFor } from './container-status.ts';
import type { ContainerContext } from './container-status.ts';
import { simpleCommand } from './simple-command.ts';

/** How far a pod's init containers are. */
export interface InitProgress {
  readonly statuses: readonly ContainerStatus[];
  /** All have done their work, sidecars have started: the other containers may start. */
  readonly done: boolean;
  /** One failed and is not restarted: so fails the pod. */
  readonly failed: boolean;
  /** Names of those that have not done their work. */
  readonly incomplete: readonly string[];
  /** When the next change is due by time alone. */
  readonly dueSeconds: number;
}

const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';
const hasSucceeded = ({ state }: ContainerStatus): boolean => state?.terminated?.exitCode === 0;

/** The init containers one step later: one after the other, at once and with success unless their command says otherwise. */
export const stepInitContainers = (pod: Pod, context: ContainerContext): InitProgress => {
  const restartPolicy = pod.spec.restartPolicy === 'Never' ? 'Never' : 'OnFailure';
  const initContext: ContainerContext = {
    ...context,
    restartPolicy,
    behaviour: {
      ...context.behaviour,
      runSeconds: (container) => simpleCommand(container)?.runSeconds ?? 0,
      exitCode: (container) => simpleCommand(container)?.exitCode ?? 0,
    },
  };
  const statuses: ContainerStatus[] = [];
  const incomplete: string[] = [];
  let failed = false;
  let dueSeconds = Infinity;
  for (const container of pod.spec.initContainers ?? []) {
    const previous = statusOf(pod.status?.initContainerStatuses, container);
    const { status, due = Infinity, complete } = stepOne(container, previous);
    statuses.push(status);
    dueSeconds = Math.min(dueSeconds, due);
    if (complete) continue;
    incomplete.push(container.name);
    if (restartPolicy === 'Never' && status.state?.terminated) failed = true;
  }
  return { statuses, done: incomplete.length === 0, failed, incomplete, dueSeconds };

  function stepOne(
    container: Container,
    previous: ContainerStatus | undefined,
  ): { status: ContainerStatus; due?: number; complete: boolean } {
    if (incomplete.length > 0) return { status: previous ?? waitingFor(container, 'PodInitializing'), complete: false };
    if (context.behaviour.pullFails(container)) return { status: pullFailure(container, previous), complete: false };
    if (isSidecar(container)) {
      const { status } = stepContainer(container, previous, { ...context, endless: true });
      return { status: { ...status, ready: true }, complete: true };
    }
    if (previous && hasSucceeded(previous)) return { status: previous, complete: true };
    const { status, dueSeconds: due } = stepContainer(container, previous, initContext);
    const complete = hasSucceeded(status);
    return { status: { ...status, ready: complete }, complete, ...(due === undefined ? {} : { due }) };
  }
};

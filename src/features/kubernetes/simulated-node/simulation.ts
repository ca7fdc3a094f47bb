import type { Container, Pod } from '../../../api/core/types.gen.ts';

/** On a Node: it stops renewing its Lease and minding its pods, as if the machine had died. */
export const nodeFailedAnnotation = 'simulation.causeway.dev/failed';

/** How long things take, in seconds. */
export interface SimulationTiming {
  /** From binding to running containers. */
  readonly startSeconds: number;
  /** Factor on a readiness probe's initialDelaySeconds. */
  readonly probeDelayFactor: number;
  /** A container that is meant to end (restartPolicy Never or OnFailure). */
  readonly runSeconds: number;
  /** From deletion to being gone, but never longer than the grace period. */
  readonly stopSeconds: number;
}

export const defaultTiming: SimulationTiming = { startSeconds: 0.2, probeDelayFactor: 0.1, runSeconds: 1, stopSeconds: 0.2 };

/** How a pod is to behave, by its annotations `simulation.causeway.dev/…`. */
export interface Behaviour {
  /** `image-pull-error`: `true`, or the containers it holds for. */
  readonly pullFails: (container: Container) => boolean;
  /** `not-ready`: containers run, their probes fail. */
  readonly notReady: boolean;
  /** `run-seconds`: containers end after this long; undefined when they run until stopped. */
  readonly runSeconds: number | undefined;
  /** `exit-code`: 0 unless told otherwise. */
  readonly exitCode: number;
}

const prefix = 'simulation.causeway.dev/';

export const behaviourOf = ({ metadata, spec }: Pod, timing: SimulationTiming): Behaviour => {
  const annotation = (name: string): string | undefined => metadata.annotations?.[prefix + name];
  const pullError = annotation('image-pull-error');
  const failing = new Set((pullError ?? '').split(',').map((name) => name.trim()));
  const seconds = Number(annotation('run-seconds') ?? Number.NaN);
  const exitCode = Number.parseInt(annotation('exit-code') ?? '', 10);
  const ends = spec.restartPolicy === 'Never' || spec.restartPolicy === 'OnFailure' || !Number.isNaN(exitCode);
  return {
    pullFails: ({ name }) => pullError !== undefined && pullError !== 'false' && (pullError === 'true' || failing.has(name)),
    notReady: annotation('not-ready') === 'true',
    runSeconds: Number.isNaN(seconds) ? (ends ? timing.runSeconds : undefined) : seconds,
    exitCode: Number.isNaN(exitCode) ? 0 : exitCode,
  };
};

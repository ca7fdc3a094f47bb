import type { Container, Pod } from '../../../api/core/types.gen.ts';
import { simpleCommand } from './simple-command.ts';

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
  /** `image-pull-error`: `true`, `false`, or the containers it holds for; else whether the image's name says so. */
  readonly pullFails: (container: Container) => boolean;
  /** `not-ready`: containers run, their probes fail. */
  readonly notReady: boolean;
  /** `run-seconds`: containers end after this long; undefined when they run until stopped. A simple command tells it too. */
  readonly runSeconds: (container: Container) => number | undefined;
  /** `exit-code`: what a simple command says, or 0, unless told otherwise. */
  readonly exitCode: (container: Container) => number;
}

/** Images that say by their name that there is no such image: a tag like `non-existent` or `404`, a registry below `.invalid` (RFC 2606). */
const missingImage = /:(?:non-?existent|does-not-exist|404)$|^invalid\.|^[^/]+\.invalid\//;

const prefix = 'simulation.causeway.dev/';

export const behaviourOf = ({ metadata, spec }: Pod, timing: SimulationTiming): Behaviour => {
  const annotation = (name: string): string | undefined => metadata.annotations?.[prefix + name];
  const pullError = annotation('image-pull-error');
  const failing = new Set((pullError ?? '').split(',').map((name) => name.trim()));
  const seconds = Number(annotation('run-seconds') ?? Number.NaN);
  const exitCode = Number.parseInt(annotation('exit-code') ?? '', 10);
  const ends = spec.restartPolicy === 'Never' || spec.restartPolicy === 'OnFailure' || !Number.isNaN(exitCode);
  const runSeconds = (container: Container): number | undefined => {
    const ran = Number.isNaN(seconds) ? (simpleCommand(container)?.runSeconds ?? (ends ? timing.runSeconds : undefined)) : seconds;
    return ran === Infinity ? undefined : ran;
  };
  return {
    pullFails: ({ name, image = '' }) =>
      pullError === undefined ? missingImage.test(image) : pullError !== 'false' && (pullError === 'true' || failing.has(name)),
    notReady: annotation('not-ready') === 'true',
    runSeconds,
    exitCode: (container) => (Number.isNaN(exitCode) ? (simpleCommand(container)?.exitCode ?? 0) : exitCode),
  };
};

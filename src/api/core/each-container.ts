import { childPath } from '../checks.ts';
import type { Container, EphemeralContainer, PodSpec } from './types.gen.ts';

/** Visits a pod's init, regular and ephemeral containers with their paths, in the original's order. */
export const eachContainer = (
  spec: PodSpec,
  path: string,
  visit: (container: Container | EphemeralContainer, path: string) => void,
): void => {
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    for (const [index, container] of (spec[list] ?? []).entries()) visit(container, `${childPath(path, list)}[${index}]`);
  }
};

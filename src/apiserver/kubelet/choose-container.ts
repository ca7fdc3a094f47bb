import { badRequest } from '../../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';

interface PodSpec {
  readonly initContainers?: readonly { readonly name: string }[];
  readonly containers?: readonly { readonly name: string }[];
  readonly ephemeralContainers?: readonly { readonly name: string }[];
}

/** The container that a request is for: the one it names, or the only one. @throws StatusError BadRequest */
export const chooseContainer = (pod: UnstructuredObject, wanted: string | null): string => {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = (pod['spec'] ?? {}) as PodSpec;
  const all = [...initContainers, ...containers, ...ephemeralContainers].map(({ name }) => name);
  const podName = pod.metadata.name;
  if (wanted) {
    if (!all.includes(wanted)) throw badRequest(`container ${wanted} is not valid for pod ${podName}`);
    return wanted;
  }
  const [only] = containers;
  if (containers.length === 1 && only) return only.name;
  const choice = containers.length === 0 ? '' : `, choose one of: [${all.join(' ')}]`;
  throw badRequest(`a container name must be specified for pod ${podName}${choice}`);
};

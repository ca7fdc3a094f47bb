import type { KubeObject, OwnerReference } from '../../../apimachinery/meta/object.ts';
import type { Pod } from '../../../api/core/types.gen.ts';
import type { PodDisruptionBudget } from '../../../api/policy/types.gen.ts';
import type { Client } from '../../../client/contract.ts';
import { controllerOf } from '../common/owner.ts';
import type { Expected } from './reconcile.ts';

interface Scaled extends KubeObject {
  spec?: { replicas?: number };
}

/** Finds how many pods the owner of pods wants; undefined when it has no scale. */
export type ScaleFinder = (
  owner: OwnerReference,
  namespace: string,
) => Promise<{ readonly uid: string; readonly replicas: number } | undefined>;

/** By spec.replicas of the pods' controller, or of its own (a ReplicaSet's Deployment); other kinds by their scale subresource. */
export const createScaleFinder = (
  client: Client,
  cached: (owner: OwnerReference, namespace: string) => Scaled | undefined,
): ScaleFinder => {
  const load = async (owner: OwnerReference, namespace: string): Promise<Scaled | undefined> => {
    const known = cached(owner, namespace);
    if (known) return known;
    const ref = await client.refFor(owner.apiVersion, owner.kind);
    if (!ref) return undefined;
    const path = `${ref.group ? `/apis/${ref.group}` : '/api'}/${ref.version}/namespaces/${namespace}/${ref.resource}/${owner.name}/scale`;
    try {
      return (await client.raw(path)) as Scaled;
    } catch {
      return undefined;
    }
  };
  const find: ScaleFinder = async (owner, namespace) => {
    const object = await load(owner, namespace);
    if (!object) return undefined;
    const parent = object.kind === 'ReplicaSet' ? controllerOf(object) : undefined;
    const above = parent && (await find(parent, namespace));
    return above ?? { uid: object.metadata.uid ?? owner.uid, replicas: object.spec?.replicas ?? 0 };
  };
  return find;
};

/** Pods a budget should count on. minAvailable as a number needs no controllers: the pods themselves count. */
export const expectedPods = async ({ spec, metadata }: PodDisruptionBudget, pods: readonly Pod[], find: ScaleFinder): Promise<Expected> => {
  if (typeof spec?.minAvailable === 'number') return { count: pods.length, unmanaged: [], abandoned: [] };
  const scales = new Map<string, number>();
  const unmanaged: string[] = [];
  const abandoned: string[] = [];
  const owners = new Map<string, Awaited<ReturnType<ScaleFinder>>>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (owner && !owners.has(owner.uid)) owners.set(owner.uid, await find(owner, metadata.namespace ?? ''));
    const scale = owner && owners.get(owner.uid);
    if (scale) scales.set(scale.uid, scale.replicas);
    else (owner ? abandoned : unmanaged).push(pod.metadata.name);
  }
  return { count: [...scales.values()].reduce((sum, replicas) => sum + replicas, 0), unmanaged, abandoned };
};

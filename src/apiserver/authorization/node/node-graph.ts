import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { InternalApi, ObjectCache } from '../../registry/contract.ts';
import { claimOf, isMirrorPod, nodeNameOf, podReferences, type PodReferences, volumeSecrets } from './references.ts';

/** Whether an object is one that this node needs: its pods, what they name, and the volumes and secrets behind their claims. */
export interface NodeGraph {
  isRelated(node: string, resource: string, namespace: string, name: string): boolean;
  synced(): Promise<void>;
}

const keyOf = ({ metadata }: UnstructuredObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** The pods of each node, kept current. */
const podsByNode = (pods: ObjectCache): ((node: string) => Iterable<UnstructuredObject>) => {
  const byNode = new Map<string, Map<string, UnstructuredObject>>();
  const homes = new Map<string, string>();
  const drop = (key: string): void => {
    const node = homes.get(key);
    if (node === undefined) return;
    homes.delete(key);
    const there = byNode.get(node);
    there?.delete(key);
    if (there?.size === 0) byNode.delete(node);
  };
  const put = (pod: UnstructuredObject): void => {
    const key = keyOf(pod);
    drop(key);
    const node = nodeNameOf(pod);
    if (node === '') return;
    homes.set(key, node);
    const there = byNode.get(node) ?? new Map<string, UnstructuredObject>();
    byNode.set(node, there.set(key, pod));
  };
  for (const pod of pods.list()) put(pod);
  pods.onChange(({ type, object }) => (type === 'put' ? put(object) : drop(keyOf(object))));
  return (node) => byNode.get(node)?.values() ?? [];
};

const core = (resource: string) => ({ group: '', version: 'v1', resource });

/** Follows pods and volumes. Made when the first kubelet comes: a server without any need not hold every pod in memory. */
export const createNodeGraph = (api: Pick<InternalApi, 'cache'>): NodeGraph => {
  const pods = api.cache(core('pods'));
  const volumes = api.cache(core('persistentvolumes'));
  const attachments = api.cache({ group: 'storage.k8s.io', version: 'v1', resource: 'volumeattachments' });
  const slices = api.cache({ group: 'resource.k8s.io', version: 'v1', resource: 'resourceslices' });
  const podsOf = podsByNode(pods);
  const known = new WeakMap<UnstructuredObject, PodReferences>();

  const references = (pod: UnstructuredObject): PodReferences => {
    let found = known.get(pod);
    if (!found) known.set(pod, (found = podReferences(pod)));
    return found;
  };

  const isNamedByPod = (node: string, resource: keyof PodReferences, { namespace, name }: { namespace: string; name: string }): boolean => {
    for (const pod of podsOf(node))
      if (pod.metadata.namespace === namespace && !isMirrorPod(pod) && references(pod)[resource].has(name)) return true;
    return false;
  };

  const isVolumeOf = (node: string, volume: UnstructuredObject | undefined): boolean => {
    const claim = volume ? claimOf(volume) : '';
    if (claim === '') return false;
    const slash = claim.indexOf('/');
    return isNamedByPod(node, 'persistentvolumeclaims', { namespace: claim.slice(0, slash), name: claim.slice(slash + 1) });
  };

  const nodeField = (object: UnstructuredObject | undefined): string => ((object?.['spec'] ?? {}) as { nodeName?: string }).nodeName ?? '';

  return {
    isRelated(node, resource, namespace, name) {
      switch (resource) {
        case 'pods':
          return nodeNameOf(pods.get(name, namespace) ?? ({} as UnstructuredObject)) === node;
        case 'persistentvolumes':
          return isVolumeOf(node, volumes.get(name));
        case 'volumeattachments':
          return nodeField(attachments.get(name)) === node;
        case 'resourceslices':
          return nodeField(slices.get(name)) === node;
        case 'secrets': {
          if (isNamedByPod(node, 'secrets', { namespace, name })) return true;
          return volumes.list().some((volume) => volumeSecrets(volume).has(`${namespace}/${name}`) && isVolumeOf(node, volume));
        }
        case 'configmaps':
        case 'persistentvolumeclaims':
        case 'resourceclaims':
        case 'serviceaccounts':
          return isNamedByPod(node, resource, { namespace, name });
        default:
          return false;
      }
    },
    async synced() {
      await Promise.all([pods, volumes, attachments, slices].map((cache) => cache.synced()));
    },
  };
};

import type { Binding, PersistentVolumeClaim, Pod } from '../../../api/core/types.gen.ts';
import { persistentVolumeClaimsRef, podsRef } from '../../../api/refs.gen.ts';
import type { Client } from '../../../client/contract.ts';
import { simulatedLabel } from '../common/simulated-label.ts';
import type { Cluster } from './filters/filter.ts';
import type { NodeInfo } from './node-info.ts';

export const selectedNodeAnnotation = 'volume.kubernetes.io/selected-node';

/** The claims a pod's volumes name, those made for its ephemeral volumes included. */
export const claimNames = ({ metadata, spec }: Pod): readonly string[] =>
  (spec.volumes ?? [])
    .map(({ persistentVolumeClaim, ephemeral, name }) => (ephemeral ? `${metadata.name}-${name}` : persistentVolumeClaim?.claimName))
    .filter((name) => name !== undefined);

/** Tells provisioners of the pod's waiting claims where it will run. True when there were any: bind once they are bound. */
export const selectNodeForClaims = async (
  client: Client,
  pod: Pod,
  { nodeName, cluster }: { nodeName: string; cluster: Cluster },
): Promise<boolean> => {
  let waiting = false;
  for (const claimName of claimNames(pod)) {
    const claim = cluster.claim(claimName, pod.metadata.namespace ?? '');
    if (!claim || claim.spec?.volumeName) continue;
    waiting = true;
    if (claim.metadata.annotations?.[selectedNodeAnnotation] === nodeName) continue;
    const patch = { metadata: { annotations: { [selectedNodeAnnotation]: nodeName } } };
    await client
      .resource<PersistentVolumeClaim>(persistentVolumeClaimsRef)
      .patch(claim.metadata.name, claim.metadata.namespace, patch, { type: 'merge' });
  }
  return waiting;
};

/** Binds by the binding subresource: the server refuses when the pod is bound or gone. @throws StatusError */
export const bindPod = async (client: Client, { metadata }: Pod, node: NodeInfo): Promise<void> => {
  const { name, namespace = '', uid = '' } = metadata;
  const binding: Binding = {
    apiVersion: 'v1',
    kind: 'Binding',
    // The server copies a Binding's labels to the pod (1.33 and later).
    metadata: { name, namespace, uid, ...(node.labels[simulatedLabel] === 'true' ? { labels: { [simulatedLabel]: 'true' } } : {}) },
    target: { apiVersion: 'v1', kind: 'Node', name: node.name },
  };
  await client.resource<Pod>(podsRef).createSubresource(name, namespace, 'binding', binding);
};

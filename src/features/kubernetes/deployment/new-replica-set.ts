import { deepClone } from '../../../apimachinery/clone/deep-clone.ts';
import type { Deployment, ReplicaSet } from '../../../api/apps/types.gen.ts';
import { deploymentsRef } from '../../../api/refs.gen.ts';
import { controllerReference } from '../common/owner.ts';
import { hashName } from '../common/template-hash.ts';
import { newestAnnotations, sizeAnnotations } from './annotations.ts';
import { desiredOf, fenceposts, hashLabel } from './replica-sets.ts';

/** The ReplicaSet of the Deployment's present template, not created yet. */
export const newReplicaSetOf = (deployment: Deployment, revision: bigint): ReplicaSet => {
  const template = deepClone(deployment.spec.template);
  const hash = hashName(template, deployment.status?.collisionCount ?? 0);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  const { matchLabels, ...selector } = deployment.spec.selector;
  const desired = desiredOf(deployment);
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace ?? '',
      labels,
      annotations: sizeAnnotations(newestAnnotations(deployment, {}, revision), desired, desired + fenceposts(deployment).maxSurge),
      ownerReferences: [controllerReference(deployment, deploymentsRef)],
    },
    spec: {
      replicas: 0,
      ...(deployment.spec.minReadySeconds ? { minReadySeconds: deployment.spec.minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
};

import type { GroupBehaviour } from '../kind-behaviour.ts';
import type { ScalePaths } from '../kind-definition.ts';

const scale: ScalePaths = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.spec.selector',
};

export const appsKinds: GroupBehaviour = {
  deployments: { scale },
  replicasets: { scale },
  statefulsets: { scale },
};

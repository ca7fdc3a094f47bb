import type { GroupBehaviour } from '../kind-behaviour.ts';
import type { ScalePaths } from '../kind-definition.ts';
import { fieldsOf, strategyOf } from '../typed.ts';
import { daemonSetStrategy } from './daemonset.ts';
import { defaultDeployment, defaultReplicaSet, defaultStatefulSet } from './defaults.ts';
import type { Deployment, ReplicaSet, StatefulSet } from './types.gen.ts';

const scale: ScalePaths = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.spec.selector',
};

export const appsKinds: GroupBehaviour = {
  daemonsets: { strategy: strategyOf(daemonSetStrategy) },
  deployments: { scale, strategy: strategyOf<Deployment>({ generation: true, applyDefaults: defaultDeployment }) },
  replicasets: {
    scale,
    selectableFields: fieldsOf<ReplicaSet>({ 'status.replicas': ({ status }) => String(status?.replicas ?? 0) }),
    strategy: strategyOf<ReplicaSet>({ generation: true, applyDefaults: defaultReplicaSet }),
  },
  statefulsets: { scale, strategy: strategyOf<StatefulSet>({ generation: true, applyDefaults: defaultStatefulSet }) },
};

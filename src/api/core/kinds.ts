import type { GroupBehaviour } from '../kind-behaviour.ts';

export const coreKinds: GroupBehaviour = {
  bindings: { virtual: true },
  events: { ttlSeconds: 3600 },
  replicationcontrollers: {
    scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.spec.selector' },
  },
};

import type { GroupBehaviour } from '../kind-behaviour.ts';

export const policyKinds: GroupBehaviour = {
  poddisruptionbudgets: { strategy: { generation: true, allowUnconditionalUpdate: false } },
};

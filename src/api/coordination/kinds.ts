import type { GroupBehaviour } from '../kind-behaviour.ts';

export const coordinationKinds: GroupBehaviour = { leases: { strategy: { allowCreateOnUpdate: true, allowUnconditionalUpdate: false } } };

import type { GroupBehaviour } from '../kind-behaviour.ts';

export const nodeKinds: GroupBehaviour = { runtimeclasses: { strategy: { allowCreateOnUpdate: true, allowUnconditionalUpdate: false } } };

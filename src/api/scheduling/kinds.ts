import type { GroupBehaviour } from '../kind-behaviour.ts';
import { strategyOf } from '../typed.ts';
import { defaultPriorityClass } from './defaults.ts';

export const schedulingKinds: GroupBehaviour = {
  priorityclasses: { strategy: strategyOf({ generation: true, applyDefaults: defaultPriorityClass }) },
};

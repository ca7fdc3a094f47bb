import type { GroupBehaviour } from '../kind-behaviour.ts';
import { strategyOf } from '../typed.ts';
import { defaultFlowSchema, defaultPriorityLevelConfiguration } from './defaults.ts';

export const flowcontrolKinds: GroupBehaviour = {
  flowschemas: { strategy: strategyOf({ generation: true, applyDefaults: defaultFlowSchema }) },
  prioritylevelconfigurations: { strategy: strategyOf({ generation: true, applyDefaults: defaultPriorityLevelConfiguration }) },
};

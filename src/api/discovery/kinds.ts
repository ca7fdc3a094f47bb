import type { GroupBehaviour } from '../kind-behaviour.ts';
import { strategyOf } from '../typed.ts';
import { defaultEndpointSlice } from './defaults.ts';

export const discoveryKinds: GroupBehaviour = {
  endpointslices: { strategy: strategyOf({ generation: true, applyDefaults: defaultEndpointSlice }) },
};

import type { GroupBehaviour } from '../kind-behaviour.ts';
import { strategyOf } from '../typed.ts';
import { defaultResourceClaim, defaultResourceClaimTemplate, defaultResourceSlice } from './defaults.ts';

export const resourceKinds: GroupBehaviour = {
  deviceclasses: { strategy: { generation: true, answersDeletedObject: true } },
  resourceclaims: { strategy: strategyOf({ answersDeletedObject: true, applyDefaults: defaultResourceClaim }) },
  resourceclaimtemplates: { strategy: strategyOf({ answersDeletedObject: true, applyDefaults: defaultResourceClaimTemplate }) },
  resourceslices: { strategy: strategyOf({ generation: true, answersDeletedObject: true, applyDefaults: defaultResourceSlice }) },
};

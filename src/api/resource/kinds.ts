import { nameAndAgeCells, resourceClaimCells, resourceSliceCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { strategyOf } from '../typed.ts';
import { defaultResourceClaim, defaultResourceClaimTemplate, defaultResourceSlice } from './defaults.ts';

export const resourceKinds: GroupBehaviour = {
  deviceclasses: { cells: nameAndAgeCells, strategy: { generation: true, answersDeletedObject: true } },
  resourceclaims: { cells: resourceClaimCells, strategy: strategyOf({ answersDeletedObject: true, applyDefaults: defaultResourceClaim }) },
  resourceclaimtemplates: {
    cells: nameAndAgeCells,
    strategy: strategyOf({ answersDeletedObject: true, applyDefaults: defaultResourceClaimTemplate }),
  },
  resourceslices: {
    cells: resourceSliceCells,
    strategy: strategyOf({ generation: true, answersDeletedObject: true, applyDefaults: defaultResourceSlice }),
  },
};

import { nameAndAgeCells, resourceClaimCells, resourceSliceCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { unchanged } from '../checks.ts';
import { strategyOf } from '../typed.ts';
import type { ResourceClaim, ResourceClaimTemplate } from './types.gen.ts';
import { defaultResourceClaim, defaultResourceClaimTemplate, defaultResourceSlice } from './defaults.ts';

export const resourceKinds: GroupBehaviour = {
  deviceclasses: { cells: nameAndAgeCells, strategy: { generation: true, answersDeletedObject: true } },
  resourceclaims: {
    cells: resourceClaimCells,
    strategy: strategyOf<ResourceClaim>({
      answersDeletedObject: true,
      applyDefaults: defaultResourceClaim,
      validateUpdate: ({ spec }, old) => unchanged(spec, old.spec, 'spec'),
    }),
  },
  resourceclaimtemplates: {
    cells: nameAndAgeCells,
    strategy: strategyOf<ResourceClaimTemplate>({
      answersDeletedObject: true,
      applyDefaults: defaultResourceClaimTemplate,
      validateUpdate: ({ spec }, old) => unchanged(spec, old.spec, 'spec'),
    }),
  },
  resourceslices: {
    cells: resourceSliceCells,
    strategy: strategyOf({ generation: true, answersDeletedObject: true, applyDefaults: defaultResourceSlice }),
  },
};

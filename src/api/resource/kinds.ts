import { nameAndAgeCells, resourceClaimCells, resourceSliceCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { unchanged } from '../checks.ts';
import { fieldsOf, strategyOf } from '../typed.ts';
import { validateResourceClaim, validateResourceClaimTemplate, validateResourceClaimUpdate } from './validate-claim.ts';
import { validateDeviceClass, validateResourceSlice, validateResourceSliceUpdate } from './validate-devices.ts';
import type { DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice } from './types.gen.ts';
import { defaultResourceClaim, defaultResourceClaimTemplate, defaultResourceSlice } from './defaults.ts';

export const resourceKinds: GroupBehaviour = {
  deviceclasses: {
    cells: nameAndAgeCells,
    strategy: strategyOf<DeviceClass>({
      generation: true,
      answersDeletedObject: true,
      validate: validateDeviceClass,
      validateUpdate: validateDeviceClass,
    }),
  },
  resourceclaims: {
    cells: resourceClaimCells,
    strategy: strategyOf<ResourceClaim>({
      answersDeletedObject: true,
      applyDefaults: defaultResourceClaim,
      validate: validateResourceClaim,
      validateUpdate: validateResourceClaimUpdate,
    }),
  },
  resourceclaimtemplates: {
    cells: nameAndAgeCells,
    strategy: strategyOf<ResourceClaimTemplate>({
      answersDeletedObject: true,
      applyDefaults: defaultResourceClaimTemplate,
      validate: validateResourceClaimTemplate,
      validateUpdate: ({ spec }, old) => unchanged(spec, old.spec, 'spec'),
    }),
  },
  resourceslices: {
    cells: resourceSliceCells,
    selectableFields: fieldsOf<ResourceSlice>({
      'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
      'spec.driver': ({ spec }) => spec.driver,
    }),
    strategy: strategyOf<ResourceSlice>({
      generation: true,
      answersDeletedObject: true,
      applyDefaults: defaultResourceSlice,
      validate: validateResourceSlice,
      validateUpdate: validateResourceSliceUpdate,
    }),
  },
};

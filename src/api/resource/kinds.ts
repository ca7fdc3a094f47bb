import { isLongName, isPathSegmentPrefix } from '../../apimachinery/validation/names.ts';
import { nameAndAgeCells, resourceClaimCells, resourceSliceCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { fieldsOf, strategyOf } from '../typed.ts';
import { dropDeallocatedDevices } from './deallocated-devices.ts';
import { validateResourceClaimStatus } from './validate-claim-status.ts';
import {
  validateResourceClaim,
  validateResourceClaimTemplate,
  validateResourceClaimTemplateUpdate,
  validateResourceClaimUpdate,
} from './validate-claim.ts';
import { resourceSliceWarnings, validateDeviceClass, validateResourceSlice, validateResourceSliceUpdate } from './validate-devices.ts';
import type { DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice } from './types.gen.ts';
import { defaultResourceClaim, defaultResourceClaimTemplate, defaultResourceSlice } from './defaults.ts';

export const resourceKinds: GroupBehaviour = {
  deviceclasses: {
    cells: nameAndAgeCells,
    strategy: strategyOf<DeviceClass>({
      generation: true,
      nameCheck: isLongName,
      generateNameCheck: isPathSegmentPrefix,
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
      prepareForStatusUpdate: dropDeallocatedDevices,
      validateStatusUpdate: validateResourceClaimStatus,
    }),
  },
  resourceclaimtemplates: {
    cells: nameAndAgeCells,
    strategy: strategyOf<ResourceClaimTemplate>({
      answersDeletedObject: true,
      applyDefaults: defaultResourceClaimTemplate,
      validate: validateResourceClaimTemplate,
      validateUpdate: validateResourceClaimTemplateUpdate,
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
      warnings: resourceSliceWarnings,
    }),
  },
};

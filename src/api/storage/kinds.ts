import { csiDriverCells, csiNodeCells, storageClassCells, volumeAttachmentCells, volumeAttributesClassCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import {
  validateCapacity,
  validateCapacityUpdate,
  validateStorageClass,
  validateStorageClassUpdate,
  validateVolumeAttachment,
  validateVolumeAttachmentUpdate,
  validateVolumeAttributesClass,
  validateVolumeAttributesClassUpdate,
} from './validation.ts';
import { countDriverChanges } from './csi-driver-generation.ts';
import { validateCSIDriver, validateCSIDriverUpdate, validateCSINode, validateCSINodeUpdate } from './validate-csi.ts';
import { csiDriverWarnings, storageClassWarnings } from './warnings.ts';
import { strategyOf } from '../typed.ts';
import { defaultCSIDriver, defaultStorageClass } from './defaults.ts';

export const storageKinds: GroupBehaviour = {
  csidrivers: {
    cells: csiDriverCells,
    strategy: strategyOf({
      answersDeletedObject: true,
      allowUnconditionalUpdate: false,
      applyDefaults: defaultCSIDriver,
      prepareForUpdate: countDriverChanges,
      validate: validateCSIDriver,
      validateUpdate: validateCSIDriverUpdate,
      warnings: csiDriverWarnings,
    }),
  },
  csinodes: {
    cells: csiNodeCells,
    strategy: strategyOf({
      answersDeletedObject: true,
      allowUnconditionalUpdate: false,
      validate: validateCSINode,
      validateUpdate: validateCSINodeUpdate,
    }),
  },
  csistoragecapacities: {
    strategy: strategyOf({ allowUnconditionalUpdate: false, validate: validateCapacity, validateUpdate: validateCapacityUpdate }),
  },
  storageclasses: {
    cells: storageClassCells,
    strategy: strategyOf({
      answersDeletedObject: true,
      applyDefaults: defaultStorageClass,
      validate: validateStorageClass,
      validateUpdate: validateStorageClassUpdate,
      warnings: storageClassWarnings,
    }),
  },
  volumeattachments: {
    cells: volumeAttachmentCells,
    strategy: strategyOf({
      answersDeletedObject: true,
      allowUnconditionalUpdate: false,
      validate: validateVolumeAttachment,
      validateUpdate: validateVolumeAttachmentUpdate,
      validateStatusUpdate: validateVolumeAttachmentUpdate,
    }),
  },
  volumeattributesclasses: {
    cells: volumeAttributesClassCells,
    strategy: strategyOf({
      answersDeletedObject: true,
      validate: validateVolumeAttributesClass,
      validateUpdate: validateVolumeAttributesClassUpdate,
    }),
  },
};

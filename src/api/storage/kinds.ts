import { csiDriverCells, csiNodeCells, storageClassCells, volumeAttachmentCells, volumeAttributesClassCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import {
  validateCSINode,
  validateStorageClass,
  validateStorageClassUpdate,
  validateVolumeAttachment,
  validateVolumeAttachmentUpdate,
} from './validation.ts';
import { storageClassWarnings } from './warnings.ts';
import { strategyOf } from '../typed.ts';
import { defaultCSIDriver, defaultStorageClass } from './defaults.ts';

export const storageKinds: GroupBehaviour = {
  csidrivers: {
    cells: csiDriverCells,
    strategy: strategyOf({
      answersDeletedObject: true,
      allowUnconditionalUpdate: false,
      applyDefaults: defaultCSIDriver,
    }),
  },
  csinodes: {
    cells: csiNodeCells,
    strategy: strategyOf({
      answersDeletedObject: true,
      allowUnconditionalUpdate: false,
      validate: validateCSINode,
      validateUpdate: validateCSINode,
    }),
  },
  csistoragecapacities: { strategy: { allowUnconditionalUpdate: false } },
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
    }),
  },
  volumeattributesclasses: { cells: volumeAttributesClassCells, strategy: { answersDeletedObject: true } },
};

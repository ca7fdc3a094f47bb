import type { GroupBehaviour } from '../kind-behaviour.ts';
import { strategyOf } from '../typed.ts';
import { defaultCSIDriver, defaultStorageClass } from './defaults.ts';

export const storageKinds: GroupBehaviour = {
  csidrivers: {
    strategy: strategyOf({
      generation: true,
      answersDeletedObject: true,
      allowUnconditionalUpdate: false,
      applyDefaults: defaultCSIDriver,
    }),
  },
  csinodes: { strategy: { answersDeletedObject: true, allowUnconditionalUpdate: false } },
  csistoragecapacities: { strategy: { allowUnconditionalUpdate: false } },
  storageclasses: { strategy: strategyOf({ answersDeletedObject: true, applyDefaults: defaultStorageClass }) },
  volumeattachments: { strategy: { answersDeletedObject: true, allowUnconditionalUpdate: false } },
  volumeattributesclasses: { strategy: { answersDeletedObject: true } },
};

import { age } from '../cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { cellsOf } from '../typed.ts';
import type { Lease } from './types.gen.ts';

export const coordinationKinds: GroupBehaviour = {
  leases: {
    cells: cellsOf<Lease>((lease, now) => [lease.metadata.name, lease.spec.holderIdentity ?? '', age(lease, now)]),
    strategy: { allowCreateOnUpdate: true, allowUnconditionalUpdate: false },
  },
};

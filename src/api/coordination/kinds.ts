import { age } from '../cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { cellsOf, strategyOf } from '../typed.ts';
import { validateLease } from './validation.ts';
import type { Lease } from './types.gen.ts';

export const coordinationKinds: GroupBehaviour = {
  leases: {
    cells: cellsOf<Lease>((lease, now) => [lease.metadata.name, lease.spec.holderIdentity ?? '', age(lease, now)]),
    strategy: strategyOf<Lease>({
      allowCreateOnUpdate: true,
      allowUnconditionalUpdate: false,
      validate: validateLease,
      validateUpdate: validateLease,
    }),
  },
};

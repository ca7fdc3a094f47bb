import { age } from '../cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { cellsOf } from '../typed.ts';
import type { RuntimeClass } from './types.gen.ts';

export const nodeKinds: GroupBehaviour = {
  runtimeclasses: {
    cells: cellsOf<RuntimeClass>((runtime, now) => [runtime.metadata.name, runtime.handler, age(runtime, now)]),
    strategy: { allowCreateOnUpdate: true, allowUnconditionalUpdate: false },
  },
};

import { age } from '../cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { unchanged } from '../checks.ts';
import { validateRuntimeClass } from './validation.ts';
import { nodeSelectorWarnings } from '../core/warnings/deprecated-labels.ts';
import { cellsOf, strategyOf } from '../typed.ts';
import type { RuntimeClass } from './types.gen.ts';

export const nodeKinds: GroupBehaviour = {
  runtimeclasses: {
    cells: cellsOf<RuntimeClass>((runtime, now) => [runtime.metadata.name, runtime.handler, age(runtime, now)]),
    strategy: strategyOf<RuntimeClass>({
      allowCreateOnUpdate: true,
      allowUnconditionalUpdate: false,
      validate: validateRuntimeClass,
      validateUpdate: (next, old) => [...validateRuntimeClass(next), ...unchanged(next.handler, old.handler, 'handler')],
      warnings: ({ scheduling }) => nodeSelectorWarnings(scheduling?.nodeSelector, 'scheduling.nodeSelector', false),
    }),
  },
};

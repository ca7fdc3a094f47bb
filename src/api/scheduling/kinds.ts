import { age } from '../cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { cellsOf, strategyOf } from '../typed.ts';
import { defaultPriorityClass } from './defaults.ts';
import { validatePriorityClass, validatePriorityClassUpdate } from './validation.ts';
import type { PriorityClass } from './types.gen.ts';

export const schedulingKinds: GroupBehaviour = {
  priorityclasses: {
    cells: cellsOf<PriorityClass>((priority, now) => [
      priority.metadata.name,
      priority.value,
      priority.globalDefault ?? false,
      age(priority, now),
      priority.preemptionPolicy ?? '',
    ]),
    strategy: strategyOf<PriorityClass>({
      // Nothing of a class counts as a change of it.
      prepareForCreate: ({ metadata }) => {
        metadata.generation = 1;
      },
      applyDefaults: defaultPriorityClass,
      validate: validatePriorityClass,
      validateUpdate: validatePriorityClassUpdate,
    }),
  },
};

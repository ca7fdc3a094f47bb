import type { PriorityClass } from './types.gen.ts';

export const defaultPriorityClass = (priorityClass: PriorityClass): void => {
  priorityClass.preemptionPolicy ??= 'PreemptLowerPriority';
};

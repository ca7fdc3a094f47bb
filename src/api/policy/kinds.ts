import { age } from '../cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { cellsOf, strategyOf } from '../typed.ts';
import { validatePodDisruptionBudget, validatePodDisruptionBudgetStatus } from './validation.ts';
import type { PodDisruptionBudget } from './types.gen.ts';

const amount = (value: number | string | undefined): string => (value === undefined ? 'N/A' : String(value));

export const policyKinds: GroupBehaviour = {
  poddisruptionbudgets: {
    cells: cellsOf<PodDisruptionBudget>((budget, now) => [
      budget.metadata.name,
      amount(budget.spec.minAvailable),
      amount(budget.spec.maxUnavailable),
      budget.status?.disruptionsAllowed ?? 0,
      age(budget, now),
    ]),
    strategy: strategyOf<PodDisruptionBudget>({
      generation: true,
      allowUnconditionalUpdate: false,
      validate: validatePodDisruptionBudget,
      validateUpdate: validatePodDisruptionBudget,
      validateStatusUpdate: validatePodDisruptionBudgetStatus,
    }),
  },
};

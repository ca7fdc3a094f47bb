import type { ObserveConditions } from '../../metrics/condition-measures.ts';
import type { AdmissionOperation } from '../contract.ts';
import { BudgetError, type DeclaredVariable, evaluateExpressions, policyBudget } from './evaluate-expressions.ts';
import type { CelVariables } from './programs.ts';

export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

export type ConditionOutcome = { readonly matches: boolean } | { readonly errors: readonly string[] };

/** What the conditions of one webhook or policy may cost together. */
const conditionsBudget = policyBudget / 4;

const evaluate = (
  conditions: readonly MatchCondition[],
  given: CelVariables,
  variables: readonly DeclaredVariable[] | undefined,
): ConditionOutcome => {
  const expressions = conditions.map(({ expression }) => expression);
  try {
    // Conditions are not told of the namespace.
    const { outcomes } = evaluateExpressions(expressions, { ...given, namespaceObject: null }, { variables, budget: conditionsBudget });
    if (outcomes.some((outcome) => outcome?.failure === undefined && outcome?.value === false)) return { matches: false };
    const errors = outcomes.flatMap((outcome) => outcome?.failure ?? []);
    return errors.length > 0 ? { errors } : { matches: true };
  } catch (error) {
    if (error instanceof BudgetError) return { errors: [error.message] };
    throw error;
  }
};

/** All conditions must hold; one that is false decides even when another fails. Says how it went. */
export const evaluateConditions = (
  conditions: readonly MatchCondition[],
  given: CelVariables,
  options: {
    readonly operation: AdmissionOperation;
    readonly observe: ObserveConditions;
    /** A policy's. */
    readonly variables?: readonly DeclaredVariable[] | undefined;
  },
): ConditionOutcome => {
  const { operation, observe, variables } = options;
  const began = performance.now();
  const outcome = evaluate(conditions, given, variables);
  const errors = 'errors' in outcome ? outcome.errors.length : 0;
  observe({
    operation,
    seconds: (performance.now() - began) / 1000,
    isExcluded: errors === 0 && !('matches' in outcome && outcome.matches),
    errors,
  });
  return outcome;
};

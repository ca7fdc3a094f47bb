import { CompileError } from '../../../apimachinery/cel/source-error.ts';
import { EvaluationError, ObjectMap, type Value } from '../../../apimachinery/cel/values.ts';
import { type CelVariables, program } from './programs.ts';

/** A variable of a policy, that its expressions read as `variables.NAME`. */
export interface DeclaredVariable {
  readonly name: string;
  readonly expression: string;
}

/** What an expression gave, or why it gave nothing, in the original's words. */
export type Outcome = { readonly seconds: number } & (
  | { readonly value: Value; readonly failure?: undefined }
  | { readonly failure: string; readonly isUncompiled: boolean }
);

/** The expressions together cost more than they may: what each of them gave does not count. */
export class BudgetError extends Error {
  override readonly name = 'BudgetError';
  constructor() {
    super('validation failed due to running out of cost budget, no further validation rules will be run');
  }
}

/** What all expressions of one sort may cost together (KEP-3488). */
export const policyBudget = 10_000_000;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

type OnCost = (cost: number) => void;

/** `variables`: each evaluated when first read, at the expense of the expression that reads it. */
const lazyVariables = (declared: readonly DeclaredVariable[], variables: () => CelVariables, onCost: OnCost): ObjectMap => {
  const known = new Map<string, Value | EvaluationError>();
  const compute = (name: string, expression: string): Value | EvaluationError => {
    try {
      return program(expression).evaluate(variables(), { onCost });
    } catch (error) {
      const what = error instanceof CompileError ? 'compile' : 'evaluate';
      return new EvaluationError(`composited variable "${name}" fails to ${what}: ${messageOf(error)}`);
    }
  };
  const expressions = Object.fromEntries(declared.map(({ name, expression }) => [name, expression]));
  return new ObjectMap(expressions, (name, expression) => {
    const value = known.has(name) ? known.get(name) : compute(name, String(expression));
    known.set(name, value ?? null);
    if (value instanceof EvaluationError) throw value;
    return value ?? null;
  });
};

export interface EvaluationOptions {
  readonly variables: readonly DeclaredVariable[] | undefined;
  readonly budget: number;
  readonly compile?: typeof program;
}

/**
 * Evaluates expressions in turn, which share a budget; empty ones are passed over (undefined). Answers also what is left of the budget.
 * @throws {BudgetError}
 */
export const evaluateExpressions = (
  expressions: readonly string[],
  given: CelVariables,
  { variables: declared = [], budget, compile = program }: EvaluationOptions,
): { readonly outcomes: readonly (Outcome | undefined)[]; readonly left: number } => {
  let left = budget;
  const onCost = (cost: number): void => {
    left -= cost;
  };
  const variables: CelVariables = { ...given, variables: lazyVariables(declared, () => variables, onCost) };
  const evaluate = (expression: string): Outcome => {
    const began = performance.now();
    const seconds = (): number => (performance.now() - began) / 1000;
    try {
      return { value: compile(expression).evaluate(variables, { onCost }), seconds: seconds() };
    } catch (error) {
      const failure = `expression '${expression}' resulted in error: ${messageOf(error)}`;
      return { failure, isUncompiled: error instanceof CompileError, seconds: seconds() };
    }
  };
  const outcomes = expressions.map((expression) => {
    const outcome = expression === '' ? undefined : evaluate(expression);
    if (left < 0) throw new BudgetError();
    return outcome;
  });
  return { outcomes, left };
};

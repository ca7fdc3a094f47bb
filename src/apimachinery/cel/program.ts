import type { Expr } from './ast.ts';
import { check, type Checked } from './checker.ts';
import { estimateCost } from './cost-estimate.ts';
import type { Environment } from './environment.ts';
import { compileEvaluation, type Evaluate } from './interpreter.ts';
import { checkConstants } from './constants.ts';
import { validateLiterals } from './literals.ts';
import { parse } from './parser.ts';
import type { CelType } from './types.ts';
import { EvaluationError, type Value } from './values.ts';

/** The most that one expression may cost when it runs. */
export const perCallCostLimit = 1_000_000;

export interface EvaluateOptions {
  readonly costLimit?: number;
  /** Told what the evaluation cost, whether it failed or not. */
  readonly onCost?: (cost: number) => void;
}

/** A compiled expression. Safe to share; evaluation is synchronous. */
export interface Program {
  readonly source: string;
  readonly type: CelType;
  /** The variables that it reads. */
  readonly references: ReadonlySet<string>;
  /** Works out its constants. @throws {InstantiationError} when one of them could only fail */
  instantiate(): void;
  /** cel-go's static estimate of the worst cost; Infinity when unbounded. */
  estimateCost(): number;
  /** @throws {EvaluationError}, among them CostLimitError */
  evaluate(variables: Readonly<Record<string, Value | undefined>>, options?: EvaluateOptions): Value;
}

/** Compiles an expression. @throws {CompileError} whose message is cel-go's list of issues */
export const compile = (source: string, environment: Environment): Program => {
  const expression: Expr = parse(source);
  const checked: Checked = check(source, expression, environment);
  validateLiterals(source, checked);
  const names = [...environment.variables.keys()];
  let evaluate: Evaluate | undefined;
  return {
    source,
    type: checked.type,
    references: checked.references,
    instantiate: () => checkConstants(checked),
    estimateCost: () => estimateCost(checked, environment),
    evaluate: (variables, { costLimit = perCallCostLimit, onCost } = {}) => {
      evaluate ??= compileEvaluation(checked, names);
      const evaluation = { slots: names.map((name) => variables[name]), cost: 0, limit: costLimit };
      try {
        return evaluate(evaluation);
      } catch (error) {
        // Values of types that a function does not take, met where types are dynamic.
        throw error instanceof TypeError ? new EvaluationError('no such overload', { cause: error }) : error;
      } finally {
        onCost?.(evaluation.cost);
      }
    },
  };
};

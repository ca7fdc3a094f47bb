import { adaptDynamic } from '../../../apimachinery/cel/adapt.ts';
import { admissionVariables } from '../../../apimachinery/cel/admission-variables.ts';
import { createEnvironment, type Environment, type Variable } from '../../../apimachinery/cel/environment.ts';
import { createPatchEnvironment } from '../../../apimachinery/cel/patch-types.ts';
import { compile, type Program } from '../../../apimachinery/cel/program.ts';
import { dynType } from '../../../apimachinery/cel/types.ts';
import type { Value } from '../../../apimachinery/cel/values.ts';
import type { ObserveConditions } from '../../metrics/condition-measures.ts';
import type { AdmissionOperation } from '../contract.ts';

export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

const declared: readonly Variable[] = [
  // Objects are dynamically typed: what one has is known only when it comes.
  ...admissionVariables(),
  ...['params', 'variables'].map((name) => ({ name, type: dynType })),
];
const maxCompiled = 2000;

const compiler = (environmentOf: (variables: readonly Variable[]) => Environment): ((expression: string) => Program) => {
  const compiled = new Map<string, Program>();
  let environment: Environment | undefined;
  return (expression) => {
    let found = compiled.get(expression);
    if (found) return found;
    found = compile(expression, (environment ??= environmentOf(declared)));
    if (compiled.size >= maxCompiled) compiled.clear();
    compiled.set(expression, found);
    return found;
  };
};

/** Compiles once for each text. @throws CompileError */
export const program = compiler(createEnvironment);

/** The same for an expression that makes an object or a JSON patch. @throws CompileError */
export const patchProgram = compiler(createPatchEnvironment);

export type CelVariables = Readonly<Record<string, Value>>;

export const celVariables = (values: Readonly<Record<string, unknown>>): CelVariables =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, adaptDynamic(value)]));

export type ConditionOutcome = { readonly matches: boolean } | { readonly errors: readonly string[] };

/** What failed, in the original's words. */
export const failure = (expression: string, error: unknown): string =>
  `expression '${expression}' resulted in error: ${error instanceof Error ? error.message : String(error)}`;

const evaluate = (conditions: readonly MatchCondition[], variables: CelVariables): ConditionOutcome => {
  const errors: string[] = [];
  for (const { name, expression } of conditions) {
    try {
      const value = program(expression).evaluate(variables);
      if (value === false) return { matches: false };
      if (value !== true) errors.push(`matchCondition '${name}' did not evaluate to a bool`);
    } catch (error) {
      errors.push(failure(expression, error));
    }
  }
  return errors.length > 0 ? { errors } : { matches: true };
};

/** All conditions must hold; one that is false decides even when another fails. Says how it went. */
export const evaluateConditions = (
  conditions: readonly MatchCondition[],
  variables: CelVariables,
  { operation, observe }: { readonly operation: AdmissionOperation; readonly observe: ObserveConditions },
): ConditionOutcome => {
  const began = performance.now();
  const outcome = evaluate(conditions, variables);
  const errors = 'errors' in outcome ? outcome.errors.length : 0;
  observe({
    operation,
    seconds: (performance.now() - began) / 1000,
    isExcluded: errors === 0 && !('matches' in outcome && outcome.matches),
    errors,
  });
  return outcome;
};

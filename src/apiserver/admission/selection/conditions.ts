import { adaptDynamic } from '../../../apimachinery/cel/adapt.ts';
import { createEnvironment, type Environment } from '../../../apimachinery/cel/environment.ts';
import { authorizerType, resourceCheckType } from '../../../apimachinery/cel/functions/authorizer.ts';
import { compile, type Program } from '../../../apimachinery/cel/program.ts';
import { dynType } from '../../../apimachinery/cel/types.ts';
import type { Value } from '../../../apimachinery/cel/values.ts';

export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

/** Objects are dynamically typed: what one has is known only when it comes. */
const variableNames = ['object', 'oldObject', 'request', 'params', 'namespaceObject', 'variables'] as const;

let environment: Environment | undefined;
const compiled = new Map<string, Program>();
const maxCompiled = 2000;

/** Compiles once for each text. @throws CompileError */
export const program = (expression: string): Program => {
  let found = compiled.get(expression);
  if (found) return found;
  environment ??= createEnvironment([
    ...variableNames.map((name) => ({ name, type: dynType })),
    { name: 'authorizer', type: authorizerType },
    { name: 'authorizer.requestResource', type: resourceCheckType },
  ]);
  found = compile(expression, environment);
  if (compiled.size >= maxCompiled) compiled.clear();
  compiled.set(expression, found);
  return found;
};

export type CelVariables = Readonly<Record<string, Value>>;

export const celVariables = (values: Readonly<Record<string, unknown>>): CelVariables =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, adaptDynamic(value)]));

export type ConditionOutcome = { readonly matches: boolean } | { readonly errors: readonly string[] };

/** All conditions must hold; one that is false decides even when another fails. */
export const evaluateConditions = (conditions: readonly MatchCondition[], variables: CelVariables): ConditionOutcome => {
  const errors: string[] = [];
  for (const { name, expression } of conditions) {
    try {
      const value = program(expression).evaluate(variables);
      if (value === false) return { matches: false };
      if (value !== true) errors.push(`matchCondition '${name}' did not evaluate to a bool`);
    } catch (error) {
      errors.push(error instanceof Error ? error.message : String(error));
    }
  }
  return errors.length > 0 ? { errors } : { matches: true };
};

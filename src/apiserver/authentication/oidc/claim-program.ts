import { adaptDynamic } from '../../../apimachinery/cel/adapt.ts';
import { createEnvironment } from '../../../apimachinery/cel/environment.ts';
import { compile } from '../../../apimachinery/cel/program.ts';
import { compileFailure } from '../../../apimachinery/cel/source-error.ts';
import { dynType, mapType, stringType } from '../../../apimachinery/cel/types.ts';
import { isMap, List, type Value } from '../../../apimachinery/cel/values.ts';
import { AuthenticationConfigurationError } from './configuration.ts';

type Variable = 'claims' | 'user';

/** A CEL expression of the configuration over one variable. */
export type ClaimProgram = (value: object) => Value;

/** Compiles an expression. @throws {AuthenticationConfigurationError} with the issues when it does not compile */
export const claimProgram = (expression: string, variable: Variable, path: string): ClaimProgram => {
  try {
    const type = variable === 'claims' ? mapType(stringType, dynType) : dynType;
    const program = compile(expression, createEnvironment([{ name: variable, type }]));
    return (value) => program.evaluate({ [variable]: adaptDynamic(value) });
  } catch (error) {
    throw new AuthenticationConfigurationError(
      `read the authentication configuration: ${path}: Invalid value: ${JSON.stringify(expression)}: ${compileFailure(error)}`,
    );
  }
};

/** A string, or a list of strings without the empty ones; nothing for null. @throws {Error} for anything else */
export const stringsOf = (value: Value, what: string): string[] => {
  if (value === null) return [];
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (value instanceof List) {
    const items = [...value];
    if (items.every((item) => typeof item === 'string')) return items.filter((item) => item !== '');
  }
  throw new Error(
    `oidc: error evaluating ${what}: expression must return a string or a list of strings${isMap(value) ? ', not a map' : ''}`,
  );
};

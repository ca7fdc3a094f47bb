import { adaptDynamic } from '../../../apimachinery/cel/adapt.ts';
import { createEnvironment, type Environment } from '../../../apimachinery/cel/environment.ts';
import { compile, type Program } from '../../../apimachinery/cel/program.ts';
import { compileFailure } from '../../../apimachinery/cel/source-error.ts';
import { type CelType, dynType, listType, mapType, stringType } from '../../../apimachinery/cel/types.ts';
import { isMap, List, type Value } from '../../../apimachinery/cel/values.ts';
import type { FieldError } from '../../../apimachinery/validation/field-error.ts';
import { invalid } from '../../../apimachinery/validation/field-errors.ts';

type Variable = 'claims' | 'user';

/** A CEL expression of the configuration over one variable. */
export type ClaimProgram = (value: object) => Value;

const field = (name: string, type: CelType) => [name, { type, name }] as const;

/** authentication/v1 UserInfo, as expressions see it. */
const userType: CelType = {
  kind: 'object',
  name: 'kubernetes.UserInfo',
  fields: new Map([
    field('username', stringType),
    field('uid', stringType),
    field('groups', listType(stringType)),
    field('extra', mapType(stringType, listType(stringType))),
  ]),
};

const environmentOf = (variable: Variable): Environment =>
  createEnvironment([{ name: variable, type: variable === 'claims' ? mapType(stringType, dynType) : userType }]);

const compiled = (expression: string, variable: Variable): Program => compile(expression, environmentOf(variable));

/** Why an expression cannot be meant: it does not compile, or a rule gives no truth value. */
export const expressionErrors = (
  expression: string,
  variable: Variable,
  path: string,
  { isRule = false }: { readonly isRule?: boolean } = {},
): FieldError[] => {
  try {
    const { type } = compiled(expression, variable);
    return isRule && type.kind !== 'bool' ? [invalid(path, expression, 'must evaluate to bool')] : [];
  } catch (error) {
    return [invalid(path, expression, compileFailure(error))];
  }
};

/** An expression that has been looked at. @throws CompileError */
export const claimProgram = (expression: string, variable: Variable): ClaimProgram => {
  const program = compiled(expression, variable);
  return (value) => program.evaluate({ [variable]: adaptDynamic(value) });
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

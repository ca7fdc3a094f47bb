import { admissionVariables } from '../../apimachinery/cel/admission-variables.ts';
import { createEnvironment, type Environment } from '../../apimachinery/cel/environment.ts';
import { createPatchEnvironment } from '../../apimachinery/cel/patch-types.ts';
import { compileFailure, InstantiationError } from '../../apimachinery/cel/source-error.ts';
import { compile } from '../../apimachinery/cel/program.ts';
import { dynType, formatTypeName, type CelType, type ObjectField } from '../../apimachinery/cel/types.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, internalFieldError, invalid, required, tooMany } from '../../apimachinery/validation/field-errors.ts';
import { isQualifiedName } from '../../apimachinery/validation/names.ts';
import { checked, childPath, each } from '../checks.ts';
import type { MatchCondition } from './types.gen.ts';

/** What the expressions of one object may read. */
export interface ExpressionScope {
  readonly hasParams: boolean;
  /** The variables that are defined so far, by name; undefined where there are none. */
  readonly variables?: ReadonlyMap<string, ObjectField>;
  /** Whether they may make objects and JSON patches. */
  readonly hasPatchTypes?: boolean;
  /** Whether they may ask what the caller may do; true unless said otherwise. */
  readonly hasAuthorizer?: boolean;
}

const environmentOf = ({ hasParams, variables, hasPatchTypes = false, hasAuthorizer = true }: ExpressionScope): Environment =>
  (hasPatchTypes ? createPatchEnvironment : createEnvironment)([
    ...admissionVariables().filter(({ name }) => hasAuthorizer || !name.startsWith('authorizer')),
    ...(hasParams ? [{ name: 'params', type: dynType }] : []),
    ...(variables ? [{ name: 'variables', type: { kind: 'object', name: 'kubernetes.variables', fields: variables } as CelType }] : []),
  ]);

/** An expression's type, and what is wrong with it: it compiles to one of the types, when any are given. */
export const checkExpression = (
  expression: string,
  path: string,
  { scope, types = [] }: { readonly scope: ExpressionScope; readonly types?: readonly string[] },
): { readonly errors: FieldError[]; readonly type: CelType } => {
  try {
    const program = compile(expression, environmentOf(scope));
    const { type } = program;
    const found = formatTypeName(type);
    if (types.length === 0 || types.includes(found)) {
      program.instantiate();
      return { errors: [], type };
    }
    const wanted = types.length === 1 ? `${types[0]}` : `one of [${types.join(' ')}]`;
    return { errors: [invalid(path, expression, `must evaluate to ${wanted} but got ${found}`)], type };
  } catch (error) {
    const problem = compileFailure(error);
    const isInternal = error instanceof InstantiationError;
    return { errors: [isInternal ? internalFieldError(path, problem) : invalid(path, expression, problem)], type: dynType };
  }
};

const maxConditions = 64;

/** Conditions that a request must fulfil before a webhook or policy sees it (KEP-3716). */
export const validateMatchConditions = (
  conditions: readonly MatchCondition[] | undefined,
  path: string,
  scope: ExpressionScope,
): FieldError[] => {
  const names = new Set<string>();
  const count = conditions?.length ?? 0;
  return [
    ...(count > maxConditions ? [tooMany(path, count, maxConditions)] : []),
    ...each(conditions, path, ({ name = '', expression = '' }, item) => {
      const at = childPath(item, 'expression');
      const errors = expression.trim() === '' ? [required(at)] : checkExpression(expression, at, { scope, types: ['bool'] }).errors;
      errors.push(...(name ? checked(isQualifiedName, name, childPath(item, 'name')) : [required(childPath(item, 'name'))]));
      if (name && names.has(name)) errors.push(duplicate(childPath(item, 'name'), name));
      names.add(name);
      return errors;
    }),
  ];
};

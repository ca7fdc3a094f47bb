import { resolveFieldPath } from '../schema/field-path.ts';
import type { ValidationRule } from '../schema/json-schema.ts';
import type { SchemaNode } from '../schema/schema-node.ts';
import { declarationOf } from './declarations.ts';
import { createEnvironment, declaredVariable } from './environment.ts';
import { compile, type Program } from './program.ts';
import { compileFailure } from './source-error.ts';
import { optionalType } from './types.ts';

/** One rule of x-kubernetes-validations, compiled as far as it compiles. */
export interface CompiledRule {
  readonly rule: ValidationRule;
  readonly program: Program | undefined;
  readonly message: Program | undefined;
  /** Why the rule, or its messageExpression, does not compile. */
  readonly error: string | undefined;
  readonly messageError: string | undefined;
  readonly usesOldSelf: boolean;
  /** The rule's fieldPath, normalized; '' for none. */
  readonly fieldPath: string;
}

/** The compiled rules at one place; undefined when CEL knows no type for it. */
export const rulesOf = (node: SchemaNode, isResourceRoot: boolean): readonly CompiledRule[] | undefined =>
  node.derive(isResourceRoot ? rootRules : nestedRules, () => compileRules(node, isResourceRoot));

const rootRules = Symbol('rules of a resource');
const nestedRules = Symbol('rules');

const compileRules = (node: SchemaNode, isResourceRoot: boolean): CompiledRule[] | undefined => {
  const rules = node.schema['x-kubernetes-validations'] ?? [];
  if (rules.length === 0) return [];
  const declaration = declarationOf(node, isResourceRoot);
  if (!declaration) return undefined;
  const self = declaredVariable('self', declaration);
  const oldSelf = declaredVariable('oldSelf', declaration);
  const environment = createEnvironment([self, oldSelf]);
  const optional = createEnvironment([self, { ...oldSelf, type: optionalType(oldSelf.type) }]);
  return rules.map((rule) => compileRule(rule, node, rule.optionalOldSelf ? optional : environment));
};

const compileRule = (rule: ValidationRule, node: SchemaNode, environment: ReturnType<typeof createEnvironment>): CompiledRule => {
  // An empty rule is refused for what it is; it neither compiles nor fails to.
  const compiled: Attempt =
    rule.rule.trim() === ''
      ? {}
      : attempt(rule.rule, environment, { kind: 'bool', prefix: '', expectation: 'cel expression must evaluate to a bool' });
  const message = rule.messageExpression?.trim()
    ? attempt(rule.messageExpression, environment, {
        kind: 'string',
        prefix: 'messageExpression ',
        expectation: 'messageExpression must evaluate to a string',
      })
    : {};
  const target = rule.fieldPath ? resolveFieldPath(rule.fieldPath, node.schema) : undefined;
  return {
    rule,
    program: compiled.program,
    message: message.program,
    error: compiled.error,
    messageError: compiled.error === undefined ? message.error : undefined,
    usesOldSelf: compiled.program?.references.has('oldSelf') === true,
    fieldPath: target && 'path' in target ? target.path : '',
  };
};

interface Expectation {
  readonly kind: 'bool' | 'string';
  readonly prefix: string;
  readonly expectation: string;
}
interface Attempt {
  readonly program?: Program;
  readonly error?: string;
}

const attempt = (
  source: string,
  environment: ReturnType<typeof createEnvironment>,
  { kind, prefix, expectation }: Expectation,
): Attempt => {
  try {
    const program = compile(source, environment);
    if (program.type.kind !== kind) return { error: expectation };
    program.instantiate();
    return { program };
  } catch (error) {
    return { error: `${prefix}${compileFailure(error)}` };
  }
};

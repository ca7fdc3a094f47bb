import { admissionVariables } from '../../../apimachinery/cel/admission-variables.ts';
import { declarationOf } from '../../../apimachinery/cel/declarations.ts';
import { createEnvironment, type Environment } from '../../../apimachinery/cel/environment.ts';
import { compile } from '../../../apimachinery/cel/program.ts';
import { type CelType, dynType, type ObjectField } from '../../../apimachinery/cel/types.ts';
import type { KindDefinition } from '../../../api/kind-definition.ts';
import { parseGroupVersion } from '../../../apimachinery/meta/group-version.ts';
import type { KindCatalog } from '../../registry/contract.ts';
import { objectMetaSchema } from '../../registry/custom-metadata.ts';
import type { Registry } from '../../registry/registry.ts';
import type { PolicySpec } from './policy.ts';

/** What is wrong with one expression, for status.typeChecking. */
export interface ExpressionWarning {
  readonly fieldRef: string;
  readonly warning: string;
}

export interface TypeCheckContext {
  readonly catalog: KindCatalog;
  readonly schemaOf: Registry['schemaOf'];
}

const maxTypes = 10;

/** The kinds that a policy names without wildcards. */
const kindsOf = ({ matchConstraints }: PolicySpec, catalog: KindCatalog): KindDefinition[] => {
  const kinds = new Set<KindDefinition>();
  for (const { apiGroups = [], apiVersions = [], resources = [] } of matchConstraints?.resourceRules ?? []) {
    for (const group of apiGroups) {
      for (const version of apiVersions) {
        for (const resource of resources) {
          const found = catalog.find({ group, version, resource });
          if (found && kinds.size < maxTypes) kinds.add(found);
        }
      }
    }
  }
  return [...kinds];
};

/** A kind's type; a custom one's schema leaves out what metadata is. */
const typeOf = (definition: KindDefinition, schemaOf: Registry['schemaOf']): CelType => {
  const type = declarationOf(schemaOf(definition).root, definition.custom !== undefined)?.type;
  if (!type) return dynType;
  if (!definition.custom || type.kind !== 'object') return type;
  const metadata = declarationOf(objectMetaSchema().root, false)?.type ?? dynType;
  return { ...type, fields: new Map(type.fields).set('metadata', { type: metadata, name: 'metadata' }) };
};

/** What an expression may read of one kind: the parameters only where their kind is known. */
const environmentFor = (object: CelType, params: CelType | undefined, variables: ReadonlyMap<string, ObjectField>): Environment =>
  createEnvironment([
    ...admissionVariables(object),
    ...(params ? [{ name: 'params', type: params }] : []),
    { name: 'variables', type: { kind: 'object', name: 'kubernetes.variables', fields: variables } },
  ]);

const check = (expression: string, environment: Environment): { readonly type: CelType } | { readonly problem: string } => {
  try {
    return { type: compile(expression, environment).type };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
};

/** The environment with the types of a policy's variables, of which each may read those before it; any type where one does not compile. */
const withVariables = ({ variables = [] }: PolicySpec, object: CelType, params: CelType | undefined): Environment => {
  const fields = new Map<string, ObjectField>();
  for (const { name, expression } of variables) {
    const result = check(expression, environmentFor(object, params, fields));
    fields.set(name, { name, type: 'type' in result ? result.type : dynType });
  }
  return environmentFor(object, params, fields);
};

/** Checks a policy's expressions against the kinds it is for. */
export const typeCheck = (spec: PolicySpec, { catalog, schemaOf }: TypeCheckContext): ExpressionWarning[] => {
  const kinds = kindsOf(spec, catalog);
  const { group, version } = parseGroupVersion(spec.paramKind?.apiVersion ?? '');
  const paramKind = spec.paramKind && catalog.findKind(group, version, spec.paramKind.kind);
  const params = paramKind && typeOf(paramKind, schemaOf);
  const environments = kinds.map((kind) => ({ kind, environment: withVariables(spec, typeOf(kind, schemaOf), params) }));
  const warn = (fieldRef: string, expression: string | undefined): ExpressionWarning[] => {
    if (!expression) return [];
    const problems = environments.flatMap(({ kind, environment }) => {
      const result = check(expression, environment);
      return 'problem' in result ? [`${kind.group}/${kind.version}, Kind=${kind.kind}: ${result.problem}\n`] : [];
    });
    return problems.length > 0 ? [{ fieldRef, warning: problems.join('\n') }] : [];
  };
  return (spec.validations ?? []).flatMap(({ expression, messageExpression }, index) => [
    ...warn(`spec.validations[${index}].expression`, expression),
    ...warn(`spec.validations[${index}].messageExpression`, messageExpression),
  ]);
};

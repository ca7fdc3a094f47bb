import { admissionVariables } from '../../../apimachinery/cel/admission-variables.ts';
import { declarationOf } from '../../../apimachinery/cel/declarations.ts';
import { createEnvironment } from '../../../apimachinery/cel/environment.ts';
import { compile } from '../../../apimachinery/cel/program.ts';
import { type CelType, dynType } from '../../../apimachinery/cel/types.ts';
import type { KindDefinition } from '../../../api/kind-definition.ts';
import { parseGroupVersion } from '../../../apimachinery/meta/group-version.ts';
import type { KindCatalog } from '../../registry/contract.ts';
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

/** A kind's type; a custom one's metadata is not in its schema and is left open. */
const typeOf = (definition: KindDefinition, schemaOf: Registry['schemaOf']): CelType => {
  const type = declarationOf(schemaOf(definition).root, definition.custom !== undefined)?.type;
  if (!type) return dynType;
  if (!definition.custom || type.kind !== 'object') return type;
  return { ...type, fields: new Map(type.fields).set('metadata', { type: dynType, name: 'metadata' }) };
};

const problemOf = (expression: string, object: CelType, params: CelType): string | undefined => {
  const environment = createEnvironment([
    ...admissionVariables(object),
    { name: 'params', type: params },
    { name: 'variables', type: dynType },
  ]);
  try {
    compile(expression, environment);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** Checks a policy's expressions against the kinds it is for. */
export const typeCheck = (spec: PolicySpec, { catalog, schemaOf }: TypeCheckContext): ExpressionWarning[] => {
  const kinds = kindsOf(spec, catalog);
  const { group, version } = parseGroupVersion(spec.paramKind?.apiVersion ?? '');
  const paramKind = spec.paramKind && catalog.findKind(group, version, spec.paramKind.kind);
  const params = paramKind ? typeOf(paramKind, schemaOf) : dynType;
  const check = (fieldRef: string, expression: string | undefined): ExpressionWarning[] => {
    if (!expression) return [];
    const problems = kinds.flatMap((kind) => {
      const problem = problemOf(expression, typeOf(kind, schemaOf), params);
      return problem === undefined ? [] : [`${kind.group}/${kind.version}, Kind=${kind.kind}: ${problem}\n`];
    });
    return problems.length > 0 ? [{ fieldRef, warning: problems.join('\n') }] : [];
  };
  return (spec.validations ?? []).flatMap(({ expression, messageExpression }, index) => [
    ...check(`spec.validations[${index}].expression`, expression),
    ...check(`spec.validations[${index}].messageExpression`, messageExpression),
  ]);
};

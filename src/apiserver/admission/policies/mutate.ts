import { mergeTypeOf } from '../../../apimachinery/apply/compile-merge-type.ts';
import { mergeValues } from '../../../apimachinery/apply/merge-values.ts';
import { valueError } from '../../../apimachinery/apply/validate-value.ts';
import { toJson } from '../../../apimachinery/cel/to-json.ts';
import { DynamicMap, List, ObjectMap, StructValue, type Value } from '../../../apimachinery/cel/values.ts';
import { formatGroupVersion } from '../../../apimachinery/meta/group-version.ts';
import type { Json, JsonObject } from '../../../apimachinery/meta/object.ts';
import { applyJsonPatch, type JsonPatchOperation, JsonPatchTestError } from '../../../apimachinery/patch/json-patch.ts';
import type { KindDefinition } from '../../../api/kind-definition.ts';
import { evaluateExpressions, policyBudget } from '../selection/evaluate-expressions.ts';
import { type CelVariables, patchProgram } from '../selection/programs.ts';
import { atomicPaths } from './atomic-paths.ts';
import type { Mutation, MutatingPolicySpec } from './policy.ts';

/** The types in a value must be named after where they stand: `Object.spec.template` under `spec.template`. */
const misnamed = (value: Value, path: string): string[] => {
  if (value instanceof StructValue) {
    const own =
      value.typeName === path
        ? []
        : [`unexpected type name "${value.typeName}", expected "${path}", which matches field name path from root Object type`];
    return [...own, ...[...value.fields].flatMap(([name, field]) => misnamed(field, `${path}.${name}`))];
  }
  if (value instanceof List) return value.toArray().flatMap((item) => misnamed(item, path));
  if (!(value instanceof DynamicMap)) return [];
  return [...value.keys()].flatMap((key) => misnamed(value.get(key) ?? null, path));
};

const assertNames = (value: Value, path: string): void => {
  const problems = misnamed(value, path);
  if (problems.length > 0) throw new Error(`type mismatch: ${problems.join('\n')}`);
};

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A mutation's expression no longer compiles. */
export class UncompiledError extends Error {
  override readonly name = 'UncompiledError';
}

const evaluate = (expression: string, { variables }: MutatingPolicySpec, given: CelVariables): Value => {
  const { outcomes } = evaluateExpressions([expression], given, { variables, budget: policyBudget, compile: patchProgram });
  const [outcome] = outcomes;
  if (outcome?.failure !== undefined) throw new (outcome.isUncompiled ? UncompiledError : Error)(outcome.failure);
  return outcome?.value ?? null;
};

const applyConfiguration = (object: JsonObject, value: Value, definition: KindDefinition): JsonObject => {
  assertNames(value, 'Object');
  const patch = {
    ...(toJson(value) as JsonObject),
    apiVersion: formatGroupVersion(definition.group, definition.version),
    kind: definition.kind,
  };
  const type = mergeTypeOf(definition.schema());
  const wrong = valueError(patch, type);
  const failed = (text: string): Error => new Error(`error applying patch: ${text}`);
  if (wrong !== undefined) throw failed(`failed to convert patch object to typed object: ${wrong}`);
  const atomics = atomicPaths(patch, type);
  if (atomics.length > 0) throw failed(`invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`);
  return mergeValues(object, patch, type);
};

const operationOf = (value: Value): JsonPatchOperation => {
  const field = (name: string): Value | undefined =>
    value instanceof StructValue
      ? value.fields.get(name)
      : value instanceof ObjectMap || value instanceof DynamicMap
        ? value.get(name)
        : undefined;
  const [op, path, from] = ['op', 'path', 'from'].map((name) => (field(name) as string | undefined) ?? '');
  const content = field('value');
  if (content instanceof StructValue) assertNames(content, content.typeName);
  return {
    op: op ?? '',
    path: path ?? '',
    ...(from ? { from } : {}),
    ...(content === undefined ? {} : { value: toJson(content) as Json }),
  };
};

const jsonPatch = (object: JsonObject, value: Value): JsonObject => {
  const operations = (value as List).toArray().map(operationOf);
  try {
    return applyJsonPatch(object, operations);
  } catch (error) {
    // A patch whose test fails is not meant for this object.
    if (error instanceof JsonPatchTestError) return object;
    throw new Error(`JSON Patch: ${message(error)}`, { cause: error });
  }
};

/**
 * What one mutation of a policy makes of an object; the object stays as it is.
 * @throws {Error} that says why it cannot be applied
 */
export const mutate = (
  { applyConfiguration: apply, jsonPatch: patch }: Mutation,
  object: JsonObject,
  {
    spec,
    variables,
    definition,
  }: { readonly spec: MutatingPolicySpec; readonly variables: CelVariables; readonly definition: KindDefinition },
): JsonObject => {
  const expression = (apply ?? patch)?.expression ?? '';
  const value = evaluate(expression, spec, variables);
  return apply ? applyConfiguration(object, value, definition) : jsonPatch(object, value);
};

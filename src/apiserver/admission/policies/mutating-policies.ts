import { StatusError } from '../../../apimachinery/errors/status-error.ts';
import { formatGroupVersion } from '../../../apimachinery/meta/group-version.ts';
import type { JsonObject, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { aggregateMessages } from '../../../apimachinery/validation/format-field-error.ts';
import type { KindDefinition } from '../../../api/kind-definition.ts';
import type { PolicyError } from '../../metrics/policy-measures.ts';
import type { InternalApi } from '../../registry/contract.ts';
import { createSchemaCache, type Registry } from '../../registry/registry.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { refuse } from '../refuse.ts';
import { invocationsOf, type PluginInvocations } from '../reinvocation.ts';
import { evaluateConditions } from '../selection/conditions.ts';
import { celVariables, patchProgram, program } from '../selection/programs.ts';
import { convertBetween } from '../selection/equivalents.ts';
import { kindSentTo } from '../../registry/nested-kinds.ts';
import { isOutOfPolicies } from '../selection/rules.ts';
import { replaceContent, typedAs } from '../webhooks/reshape.ts';
import { collectParams, paramKindError } from './collect-params.ts';
import { matchResources } from './match-resources.ts';
import { mutate, UncompiledError } from './mutate.ts';
import type { BindingSpec, MutatingPolicySpec } from './policy.ts';
import { byName, createPolicyCompiler, createPolicyContext, identities, type PolicyOptions, specOf } from './policy-context.ts';

const name = 'MutatingAdmissionPolicy';
const resource = (plural: string) => ({ group: 'admissionregistration.k8s.io', version: 'v1beta1', resource: plural });

/** A policy with one binding and one parameter, that takes in the request. */
interface Invocation {
  readonly policy: UnstructuredObject;
  readonly binding: UnstructuredObject;
  readonly param: UnstructuredObject | undefined;
  readonly as: KindDefinition;
}
interface Failure {
  readonly spec: MutatingPolicySpec;
  readonly message: string;
  readonly reason: 'Forbidden' | 'Invalid';
}
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const expressionsOf = ({ matchConditions = [], variables = [], mutations = [] }: MutatingPolicySpec) => [
  ...[...matchConditions, ...variables].map(
    ({ expression }) =>
      () =>
        program(expression),
  ),
  ...mutations.map(
    ({ applyConfiguration, jsonPatch }) =>
      () =>
        patchProgram((applyConfiguration ?? jsonPatch)?.expression ?? ''),
  ),
];

const keyOf = ({ policy, binding, param }: Invocation): string =>
  [policy.metadata.name, binding.metadata.name, param?.metadata.namespace ?? '', param?.metadata.name ?? ''].join('/');

const refusal = (attributes: AdmissionAttributes, failures: readonly Failure[]): StatusError | undefined => {
  const [first, ...others] = failures.filter(({ spec }) => spec.failurePolicy !== 'Ignore');
  if (!first) return undefined;
  const { details, code } = refuse(attributes, '');
  const causes = [first, ...others].map(({ message }) => ({ message }));
  return new StatusError(first.reason, first.message, { code, details: { ...details, causes } });
};

/** MutatingAdmissionPolicy (KEP-3962): CEL expressions that change objects, bound to resources, with parameters. */
export const mutatingPolicies = (api: InternalApi, { authorizer, measures }: PolicyOptions): AdmissionPlugin => {
  const policies = api.cache(resource('mutatingadmissionpolicies'));
  const bindings = api.cache(resource('mutatingadmissionpolicybindings'));
  const context = createPolicyContext(api, authorizer);
  const measured = measures.policies('mutating');
  const compile = createPolicyCompiler(measures.cel);
  policies.onChange(() => measured.keepPolicies(identities(policies)));
  bindings.onChange(() => measured.keepBindings(identities(bindings)));
  const schemaOf = createSchemaCache();

  const select = async (attributes: AdmissionAttributes, failures: Failure[]): Promise<Invocation[]> => {
    const invocations: Invocation[] = [];
    for (const policy of [...policies.list()].toSorted(byName)) {
      const spec = specOf<MutatingPolicySpec>(policy);
      const as = spec.matchConstraints && (await matchResources(spec.matchConstraints, attributes, context));
      if (!as) continue;
      const misconfigured = paramKindError(api, spec.paramKind);
      if (misconfigured !== undefined) {
        failures.push({ spec, reason: 'Forbidden', message: `policy "${policy.metadata.name}" denied request: ${misconfigured}` });
        continue;
      }
      for (const binding of [...bindings.list()].toSorted(byName)) {
        const { policyName, matchResources: narrowed, paramRef } = specOf<BindingSpec>(binding);
        if (policyName !== policy.metadata.name || (narrowed && !(await matchResources(narrowed, attributes, context)))) continue;
        try {
          const params = await collectParams(api, spec.paramKind, { ref: paramRef, namespace: attributes.namespace });
          invocations.push(...params.map((param) => ({ policy, binding, param, as })));
        } catch (error) {
          failures.push({
            spec,
            reason: 'Forbidden',
            message: said({ policy, binding }, `failed to configure binding: ${reasonOf(error)}`),
          });
        }
      }
    }
    return invocations;
  };

  /** Runs the mutations in turn; each sees what the one before made. Answers whether the conditions let it run. */
  const invoke = async (
    attributes: AdmissionAttributes,
    invocation: Invocation,
    hooks: { failures: Failure[]; log: PluginInvocations },
  ) => {
    const { policy, binding, as, param } = invocation;
    const { failures, log } = hooks;
    const spec = specOf<MutatingPolicySpec>(policy);
    compile(policy, expressionsOf(spec));
    const params = celVariables({ params: param ?? null });
    const fail = (message: string): void => {
      failures.push({ spec, reason: 'Invalid', message: said(invocation, message) });
    };
    const given = { ...(await context.variables(attributes, as)), ...params };
    if (spec.matchConditions?.length) {
      const { operation } = attributes;
      const observe = measured.conditions(policy.metadata.name);
      const outcome = evaluateConditions(spec.matchConditions, given, { operation, observe, variables: spec.variables });
      if ('errors' in outcome) return spec.failurePolicy === 'Ignore' ? undefined : fail(aggregateMessages(outcome.errors));
      if (!outcome.matches) return;
    }
    const key = keyOf(invocation);
    if (log.skips(key)) return;
    const { definition, object, subresource } = attributes;
    let applied = false;
    if (object) {
      const sent = kindSentTo(as, subresource, api.catalog);
      let seen: UnstructuredObject = { ...typeOf(sent), ...convertBetween(object, { from: definition, to: as, subresource }) };
      const { checked } = measured.of(policy.metadata.name, binding.metadata.name);
      for (const mutation of spec.mutations ?? []) {
        const began = performance.now();
        const check = (error: PolicyError): void => checked(error, (performance.now() - began) / 1000);
        try {
          const variables = { ...given, ...celVariables({ object: seen }) };
          const current = seen as unknown as JsonObject;
          const mutated = measures.cel.evaluating(() => mutate(mutation, current, { spec, variables, definition: sent }));
          seen = reshaped(mutated, sent, { before: seen, schemaOf });
          applied = true;
          check('no_error');
        } catch (error) {
          check(error instanceof UncompiledError ? 'compile_error' : 'invalid_error');
          if (error instanceof StatusError) throw error;
          fail(reasonOf(error));
        }
      }
      if (applied) replaceContent(object, convertBetween(seen, { from: as, to: definition, subresource }));
    }
    if (spec.reinvocationPolicy === 'IfNeeded') log.addReinvocable(key);
    // Not only what changed something: as in the original, a policy that asks for it is asked again after itself, too.
    if (applied) log.changed();
  };

  return {
    name,
    handles: (attributes) => attributes.operation !== 'DELETE' && policies.list().length > 0 && !isOutOfPolicies(attributes),
    async admit(attributes) {
      const failures: Failure[] = [];
      const log = invocationsOf(attributes, name);
      log.begin(attributes.object);
      for (const invocation of await select(attributes, failures)) await invoke(attributes, invocation, { failures, log });
      log.end(attributes.object);
      const refused = refusal(attributes, failures);
      if (refused) throw refused;
    },
  };
};

const typeOf = ({ group, version, kind }: KindDefinition) => ({ apiVersion: formatGroupVersion(group, version), kind });

const said = ({ policy, binding }: Pick<Invocation, 'policy' | 'binding'>, message: string): string =>
  `policy '${policy.metadata.name}' with binding '${binding.metadata.name}' denied request: ${message}`;

const internalError = (message: string): StatusError =>
  new StatusError('InternalError', `Internal error occurred: ${message}`, { details: { causes: [{ message }] } });

/** The object in its kind's shape. @throws StatusError InternalError when a built-in kind does not know a field */
const reshaped = (
  object: JsonObject,
  definition: KindDefinition,
  given: { readonly before: UnstructuredObject; readonly schemaOf: Registry['schemaOf'] },
): UnstructuredObject => {
  const schema = given.schemaOf(definition);
  let shaped: UnstructuredObject;
  try {
    shaped = typedAs(object, definition, given);
  } catch (error) {
    throw internalError(reasonOf(error));
  }
  const unknown = schema.prune(shaped).map((field) => `unknown field ${JSON.stringify(field)}`);
  if (unknown.length > 0 && !definition.custom) throw internalError(`strict decoding error: ${unknown.toSorted().join(', ')}`);
  schema.applyDefaults(shaped, { keepNulls: true });
  definition.strategy.applyDefaults?.(shaped);
  return shaped;
};

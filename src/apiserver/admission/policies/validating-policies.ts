import { StatusError, type StatusReason, statusCodes } from '../../../apimachinery/errors/status-error.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { refuse } from '../refuse.ts';
import { admissionRequest } from '../selection/admission-request.ts';
import { type CelVariables, celVariables } from '../selection/conditions.ts';
import { isExempt } from '../selection/rules.ts';
import { createNamespaceLookup } from '../selection/selectors.ts';
import { collectParams } from './collect-params.ts';
import { type Denial, evaluatePolicy } from './evaluate-policy.ts';
import { matchResources } from './match-resources.ts';
import type { BindingSpec, PolicySpec } from './policy.ts';

const resource = (name: string) => ({ group: 'admissionregistration.k8s.io', version: 'v1', resource: name });
const byName = (a: UnstructuredObject, b: UnstructuredObject): number => (a.metadata.name < b.metadata.name ? -1 : 1);
const specOf = <T>(object: UnstructuredObject): T => (object['spec'] ?? {}) as T;

const denied = (attributes: AdmissionAttributes, by: string, { message, reason }: Denial): StatusError => {
  const text = `ValidatingAdmissionPolicy ${by} denied request: ${message}`;
  const { message: full, details } = refuse(attributes, text);
  const known = (reason in statusCodes ? reason : 'Invalid') as StatusReason;
  return new StatusError(known, full, { details: { ...details, causes: [{ message: text }] } });
};

/** ValidatingAdmissionPolicy (KEP-3488): CEL expressions bound to resources, with parameters. */
export const validatingPolicies = (
  api: InternalApi,
  { authorizer }: { readonly authorizer: (attributes: AdmissionAttributes) => CelVariables },
): AdmissionPlugin => {
  const policies = api.cache(resource('validatingadmissionpolicies'));
  const bindings = api.cache(resource('validatingadmissionpolicybindings'));
  const context = { catalog: api.catalog, namespace: createNamespaceLookup(api) };

  const variablesOf = async (attributes: AdmissionAttributes, as: AdmissionAttributes['definition']): Promise<CelVariables> => {
    const { object, oldObject, ...request } = admissionRequest(attributes, as, '') as { object: unknown; oldObject: unknown };
    const isNamespace = attributes.definition.plural === 'namespaces' && attributes.definition.group === '';
    const namespaceObject = isNamespace ? null : ((await context.namespace(attributes)) ?? null);
    return { ...celVariables({ object, oldObject, request, namespaceObject }), ...authorizer(attributes) };
  };

  /** What one policy with one binding says; throws the first refusal. */
  const judge = async (
    attributes: AdmissionAttributes,
    policy: UnstructuredObject,
    { binding, variables }: { readonly binding: UnstructuredObject; readonly variables: CelVariables },
  ): Promise<void> => {
    const spec = specOf<PolicySpec>(policy);
    const { paramRef, validationActions = [] } = specOf<BindingSpec>(binding);
    const by = `'${policy.metadata.name}' with binding '${binding.metadata.name}'`;
    let params: readonly (UnstructuredObject | undefined)[];
    try {
      params = await collectParams(api, spec.paramKind, { ref: paramRef, namespace: attributes.namespace });
    } catch (error) {
      if (spec.failurePolicy === 'Ignore') return;
      const message = `failed to configure binding: ${error instanceof Error ? error.message : String(error)}`;
      throw denied(attributes, by, { message, reason: '' });
    }
    const denials = params.flatMap((param) => evaluatePolicy(spec, { ...variables, ...celVariables({ params: param ?? null }) }));
    for (const { message } of validationActions.includes('Warn') ? denials : []) {
      attributes.warn(`Validation failed for ValidatingAdmissionPolicy ${by}: ${message}`);
    }
    const [first] = denials;
    if (first && validationActions.includes('Deny')) throw denied(attributes, by, first);
  };

  return {
    name: 'ValidatingAdmissionPolicy',
    handles: (attributes) => policies.list().length > 0 && !isExempt(attributes),
    async validate(attributes) {
      let refused: unknown;
      for (const policy of [...policies.list()].toSorted(byName)) {
        const { matchConstraints } = specOf<PolicySpec>(policy);
        const as = matchConstraints && (await matchResources(matchConstraints, attributes, context));
        if (!as) continue;
        let variables: CelVariables | undefined;
        for (const binding of [...bindings.list()].toSorted(byName)) {
          const { policyName, matchResources: narrowed } = specOf<BindingSpec>(binding);
          if (policyName !== policy.metadata.name || (narrowed && !(await matchResources(narrowed, attributes, context)))) continue;
          variables ??= await variablesOf(attributes, as);
          await judge(attributes, policy, { binding, variables }).catch((error: unknown) => {
            refused ??= error;
          });
        }
      }
      if (refused !== undefined) throw refused;
    },
  };
};

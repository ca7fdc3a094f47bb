import { StatusError, type StatusReason, statusCodes } from '../../../apimachinery/errors/status-error.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { EnforcementAction } from '../../metrics/policy-measures.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { refuse } from '../refuse.ts';
import { type CelVariables, celVariables, program } from '../selection/programs.ts';
import { isOutOfPolicies } from '../selection/rules.ts';
import { collectParams, paramKindError } from './collect-params.ts';
import { type Denial, evaluatePolicy, type PolicyObserver } from './evaluate-policy.ts';
import { createPolicyAudit, type PolicyAudit } from './policy-audit.ts';
import { matchResources } from './match-resources.ts';
import type { BindingSpec, PolicySpec } from './policy.ts';
import { byName, createPolicyCompiler, createPolicyContext, identities, type PolicyOptions, specOf } from './policy-context.ts';

const resource = (name: string) => ({ group: 'admissionregistration.k8s.io', version: 'v1', resource: name });

const enforcement: Readonly<Record<string, EnforcementAction>> = { Audit: 'audit', Deny: 'deny', Warn: 'warn' };

const expressionsOf = ({ matchConditions = [], variables = [], validations = [] }: PolicySpec) =>
  [...matchConditions, ...variables, ...validations].map(
    ({ expression }) =>
      () =>
        program(expression),
  );

const denied = (attributes: AdmissionAttributes, by: string, { message, reason }: Pick<Denial, 'message' | 'reason'>): StatusError => {
  const text = `ValidatingAdmissionPolicy ${by} denied request: ${message}`;
  const { message: full, details } = refuse(attributes, text);
  const known = (reason in statusCodes ? reason : 'Invalid') as StatusReason;
  return new StatusError(known, full, { details: { ...details, causes: [{ message: text }] } });
};

/** ValidatingAdmissionPolicy (KEP-3488): CEL expressions bound to resources, with parameters. */
export const validatingPolicies = (api: InternalApi, { authorizer, measures }: PolicyOptions): AdmissionPlugin => {
  const policies = api.cache(resource('validatingadmissionpolicies'));
  const bindings = api.cache(resource('validatingadmissionpolicybindings'));
  const context = createPolicyContext(api, authorizer);
  const measured = measures.policies('validating');
  const compile = createPolicyCompiler(measures.cel);
  policies.onChange(() => measured.keepPolicies(identities(policies)));
  bindings.onChange(() => measured.keepBindings(identities(bindings)));

  /** What one policy with one binding says; throws the first refusal. */
  const judge = async (
    attributes: AdmissionAttributes,
    policy: UnstructuredObject,
    given: { readonly binding: UnstructuredObject; readonly variables: CelVariables; readonly audit: PolicyAudit | undefined },
  ): Promise<void> => {
    const { binding, variables, audit } = given;
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
    const { checked } = measured.of(policy.metadata.name, binding.metadata.name);
    const observer: PolicyObserver = {
      operation: attributes.operation,
      conditions: measured.conditions(policy.metadata.name),
      ignored: (error, seconds) => checked(error, seconds, 'allow'),
    };
    const verdicts = params.map((param) =>
      measures.cel.evaluating(() => evaluatePolicy(spec, { ...variables, ...celVariables({ params: param ?? null }) }, observer)),
    );
    let refused: Denial | undefined;
    for (const { denials, annotations, failedAnnotations } of verdicts) {
      for (const { key, value } of annotations) audit?.annotated(`${policy.metadata.name}/${key}`, value);
      for (const { error, seconds } of failedAnnotations) checked(error, seconds, 'deny');
      const [first] = validationActions.includes('Deny') ? denials : [];
      refused ??= first ?? failedAnnotations[0];
    }
    for (const { message, error, index, seconds } of verdicts.flatMap(({ denials }) => denials)) {
      if (validationActions.includes('Audit'))
        audit?.failed({
          message,
          policy: policy.metadata.name,
          binding: binding.metadata.name,
          expressionIndex: index,
          validationActions,
        });
      for (const action of validationActions) checked(error, seconds, enforcement[action]);
      if (validationActions.includes('Warn')) attributes.warn(`Validation failed for ValidatingAdmissionPolicy ${by}: ${message}`);
    }
    if (refused) throw denied(attributes, by, refused);
  };

  return {
    name: 'ValidatingAdmissionPolicy',
    handles: (attributes) => policies.list().length > 0 && !isOutOfPolicies(attributes),
    async validate(attributes) {
      let refused: unknown;
      const audit = attributes.annotate && createPolicyAudit();
      for (const policy of [...policies.list()].toSorted(byName)) {
        const { matchConstraints } = specOf<PolicySpec>(policy);
        const as = matchConstraints && (await matchResources(matchConstraints, attributes, context));
        if (!as) continue;
        const misconfigured = paramKindError(api, specOf<PolicySpec>(policy).paramKind);
        if (misconfigured !== undefined) {
          const by = `'${policy.metadata.name}'`;
          if (specOf<PolicySpec>(policy).failurePolicy !== 'Ignore')
            refused ??= denied(attributes, by, { message: misconfigured, reason: '' });
          continue;
        }
        let variables: CelVariables | undefined;
        for (const binding of [...bindings.list()].toSorted(byName)) {
          const { policyName, matchResources: narrowed } = specOf<BindingSpec>(binding);
          if (policyName !== policy.metadata.name || (narrowed && !(await matchResources(narrowed, attributes, context)))) continue;
          compile(policy, expressionsOf(specOf(policy)));
          variables ??= await context.variables(attributes, as);
          await judge(attributes, policy, { binding, variables, audit }).catch((error: unknown) => {
            refused ??= error;
          });
        }
      }
      if (attributes.annotate) audit?.publish(attributes.annotate);
      if (refused !== undefined) throw refused;
    },
  };
};

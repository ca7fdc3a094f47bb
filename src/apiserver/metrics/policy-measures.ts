import type { ConditionMeasuresOf, ObserveConditions } from './condition-measures.ts';
import type { MetricsRegistry } from './contract.ts';
import { createOwners } from './owners.ts';

const buckets = [5e-7, 0.001, 0.01, 0.1, 1];

export type PolicyError = 'no_error' | 'compile_error' | 'invalid_error' | 'out_of_budget';
/** What became of a check; `allow` is a failure that the policy ignores. */
export type EnforcementAction = 'allow' | 'audit' | 'deny' | 'warn';

/** One policy with one binding, as long as both are there. */
export interface PolicyMeasures {
  /** One expression was evaluated. `action` is not told by policies that change objects. */
  checked(error: PolicyError, seconds: number, action?: EnforcementAction): void;
}

/** All policies of one type. Series go with their policy, and with their binding. */
export interface PolicyTypeMeasures {
  of(policy: string, binding: string): PolicyMeasures;
  conditions(policy: string): ObserveConditions;
  /** Policies that are there now, by name with their uid. */
  keepPolicies(present: ReadonlyMap<string, string>): void;
  keepBindings(present: ReadonlyMap<string, string>): void;
}

export type PolicyType = 'mutating' | 'validating';

/** apiserver_validating_admission_policy_check_* and apiserver_mutating_admission_policy_check_*. */
export const createPolicyMeasures = (
  registry: MetricsRegistry,
  conditionsOf: ConditionMeasuresOf,
): ((type: PolicyType) => PolicyTypeMeasures) => {
  return (type) => {
    const isValidating = type === 'validating';
    const labels = [...(isValidating ? ['enforcement_action'] : []), 'error_type', 'policy', 'policy_binding'];
    const named = (name: string) => ({ name: `apiserver_${type}_admission_policy_check_${name}`, labels });
    const total = registry.counter({ ...named('total'), help: 'Checks of a policy, by policy, binding and outcome.' });
    const durations = registry.histogram({
      ...named('duration_seconds'),
      help: 'Latency of one expression of a policy in seconds, by policy, binding and outcome.',
      buckets,
    });
    const policies = createOwners();
    const bindings = createOwners();
    const conditions = conditionsOf('policy', isValidating ? 'validate' : 'admit');
    const forget = (label: 'policy' | 'policy_binding', gone: ReadonlySet<string>): void => {
      if (gone.size > 0) for (const family of [total, durations]) family.deleteWhere((of) => gone.has(of[label] ?? ''));
    };
    return {
      of(policy, binding) {
        const owners = [policies.find(policy), bindings.find(binding)];
        return {
          checked(error, seconds, action = 'deny') {
            if (owners.some((owner) => !owner || owner.isGone)) return;
            const of = [...(isValidating ? [action] : []), error, policy, binding];
            total.with(...of).inc();
            durations.with(...of).observe(seconds);
          },
        };
      },
      conditions: (policy) => conditions.of(policies.find(policy)),
      keepPolicies(present) {
        const gone = policies.keep(present);
        forget('policy', gone);
        if (gone.size > 0) conditions.forget(gone);
      },
      keepBindings: (present) => forget('policy_binding', bindings.keep(present)),
    };
  };
};

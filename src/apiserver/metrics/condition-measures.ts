import type { AdmissionOperation } from '../admission/contract.ts';
import type { MetricsRegistry } from './contract.ts';
import type { Owner } from './owners.ts';

const buckets = [0.001, 0.005, 0.01, 0.025, 0.1, 0.2, 0.25];

/** How the match conditions of a webhook or policy were evaluated. */
export interface ConditionsOutcome {
  readonly operation: AdmissionOperation;
  readonly seconds: number;
  /** A condition is false: the request is none of its business. */
  readonly isExcluded: boolean;
  /** So many conditions could not be evaluated. */
  readonly errors: number;
}
export type ObserveConditions = (outcome: ConditionsOutcome) => void;

/** The match conditions of all webhooks or policies of one type. */
export interface ConditionMeasures {
  /** Those of one, as long as it is there. */
  of(owner: Owner | undefined): ObserveConditions;
  forget(names: ReadonlySet<string>): void;
}
export type ConditionMeasuresOf = (kind: 'policy' | 'webhook', type: 'admit' | 'validate' | 'validating') => ConditionMeasures;

/** The apiserver_admission_match_condition_ families, which webhooks and policies share. */
export const createConditionMeasures = (registry: MetricsRegistry): ConditionMeasuresOf => {
  const labels = ['kind', 'name', 'operation', 'type'] as const;
  const named = (name: string, help: string) => ({
    name: `apiserver_admission_match_condition_${name}`,
    help: `${help}, by kind (webhook or policy), name, operation and type.`,
    labels,
  });
  const durations = registry.histogram({ ...named('evaluation_seconds', 'Time to evaluate match conditions in seconds'), buckets });
  const exclusions = registry.counter(named('exclusions_total', 'Requests that match conditions excluded'));
  const failures = registry.counter(named('evaluation_errors_total', 'Match conditions that could not be evaluated'));
  return (kind, type) => {
    // Upstream calls validating webhooks `validating` where they are timed, and `validate` where they are excluded.
    const exclusionType = type === 'validating' ? 'validate' : type;
    return {
      of:
        (owner) =>
        ({ operation, seconds, isExcluded, errors }) => {
          if (!owner || owner.isGone) return;
          durations.with(kind, owner.name, operation, type).observe(seconds);
          if (isExcluded) exclusions.with(kind, owner.name, operation, exclusionType).inc();
          if (errors > 0) failures.with(kind, owner.name, operation, type).inc(errors);
        },
      forget(names) {
        for (const family of [durations, exclusions, failures])
          family.deleteWhere(
            (of) => of['kind'] === kind && (of['type'] === type || of['type'] === exclusionType) && names.has(of['name'] ?? ''),
          );
      },
    };
  };
};

import type { AdmissionOperation } from '../admission/contract.ts';
import type { OnCallFailure } from './certificate-measures.ts';
import type { ConditionMeasuresOf, ObserveConditions } from './condition-measures.ts';
import type { MetricsRegistry } from './contract.ts';
import { createOwners } from './owners.ts';

const durationBuckets = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25];
/** Codes beyond it count as it: a webhook may answer any number. */
const largestCode = 600;

/** How asking a webhook ended. */
export interface WebhookCall {
  readonly operation: AdmissionOperation;
  readonly seconds: number;
  /** 200, the code of a refusal, that of an answer that is none (503 without one); 0 when the API server failed. */
  readonly code: number;
  readonly rejected: boolean;
  readonly error: 'no_error' | 'calling_webhook_error' | 'apiserver_internal_error';
  /** It could not be asked and was ignored. */
  readonly isIgnored: boolean;
  /** Why it could not be asked. */
  readonly failure?: unknown;
}

/** One webhook, from when it was configured to when it is configured no more. */
export interface WebhookMeasures {
  called(call: WebhookCall): void;
  readonly conditions: ObserveConditions;
}

export type WebhookType = 'admit' | 'validating';

/** The apiserver_admission_webhook_ families of one type of webhooks. Series go with the last webhook of their name. */
export interface WebhookTypeMeasures {
  of(name: string): WebhookMeasures;
  /** These are configured now: names, with what tells them from others of the same name. */
  keep(present: ReadonlyMap<string, string>): void;
}

export const createWebhookMeasures = (
  registry: MetricsRegistry,
  conditionsOf: ConditionMeasuresOf,
  onCallFailure?: OnCallFailure,
): ((type: WebhookType) => WebhookTypeMeasures) => {
  const named = (name: string, help: string) => ({ name: `apiserver_admission_webhook_${name}`, help });
  const durations = registry.histogram({
    ...named('admission_duration_seconds', 'Latency of an admission webhook in seconds, by name, operation, outcome and type.'),
    labels: ['name', 'operation', 'rejected', 'type'],
    buckets: durationBuckets,
  });
  const requests = registry.counter({
    ...named('request_total', 'Requests to an admission webhook by name, operation, outcome, status code (600 for larger ones) and type.'),
    labels: ['code', 'name', 'operation', 'rejected', 'type'],
  });
  const rejections = registry.counter({
    ...named('rejection_count', 'Requests that an admission webhook rejected, by name, operation, type, kind of error and status code.'),
    labels: ['error_type', 'name', 'operation', 'rejection_code', 'type'],
  });
  const open = registry.counter({
    ...named('fail_open_count', 'Requests let through although an admission webhook could not be asked, by name and type.'),
    labels: ['name', 'type'],
  });

  return (type) => {
    const owners = createOwners();
    const conditions = conditionsOf('webhook', type);
    return {
      of(name) {
        const owner = owners.find(name);
        return {
          conditions: conditions.of(owner),
          called({ operation, seconds, code, rejected, error, isIgnored, failure }) {
            if (failure !== undefined) onCallFailure?.(failure);
            if (!owner || owner.isGone) return;
            const shown = String(Math.min(code, largestCode));
            durations.with(name, operation, String(rejected), type).observe(seconds);
            requests.with(shown, name, operation, String(rejected), type).inc();
            if (rejected) rejections.with(error, name, operation, shown, type).inc();
            if (isIgnored) open.with(name, type).inc();
          },
        };
      },
      keep(present) {
        const gone = owners.keep(present);
        if (gone.size === 0) return;
        for (const family of [durations, requests, rejections, open])
          family.deleteWhere((labels) => labels['type'] === type && gone.has(labels['name'] ?? ''));
        conditions.forget(gone);
      },
    };
  };
};

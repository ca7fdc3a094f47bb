import type { KindCatalog } from '../registry/contract.ts';
import type { OnCallFailure } from './certificate-measures.ts';
import type { CelMeasures } from './cel-measures.ts';
import type { MetricsRegistry } from './contract.ts';
import { createOwners } from './owners.ts';
import { timed } from './timed.ts';

/** How a conversion by webhook failed. */
export type ConversionFailure =
  | 'conversion_webhook_call_failure'
  | 'conversion_webhook_malformed_response_failure'
  | 'conversion_webhook_partial_response_failure'
  | 'conversion_webhook_invalid_converted_object_failure'
  | 'conversion_webhook_no_objects_returned_failure';

/** A conversion that is under way, from one version to another. */
export interface ConversionMeasures {
  ended(seconds: number, failure?: ConversionFailure, error?: unknown): void;
}

/** A group version's resource. */
interface VersionOf {
  readonly group: string;
  readonly plural: string;
}

/** What custom resources report. Series that name a definition, or a version of one, go with it. */
export interface CustomResourceMeasures {
  readonly cel: CelMeasures;
  conversion(definition: string, of: VersionOf, versions: { readonly from: string; readonly to: string }): ConversionMeasures;
  /** The OpenAPI documents changed, because a version came or changed. */
  regenerated(definition: string, reason: 'add' | 'update', of: { readonly group: string; readonly versions: readonly string[] }): void;
  /** Does a part of validating an object. */
  time<T>(part: 'rules' | 'ratcheting', work: () => T): T;
  /** These definitions are there now: names with uids. */
  keep(present: ReadonlyMap<string, string>): void;
}

const callBuckets = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 45, 60];
const conversionBuckets = Array.from({ length: 15 }, (_, power) => 0.001 * 2 ** power);
const ratchetingBuckets = Array.from({ length: 10 }, (_, power) => 1e-5 * 4 ** power);

export const createCustomResourceMeasures = (
  registry: MetricsRegistry,
  catalog: KindCatalog,
  { cel, onCallFailure }: { readonly cel: CelMeasures; readonly onCallFailure?: OnCallFailure | undefined },
): CustomResourceMeasures => {
  const owners = createOwners();
  const result = ['failure_type', 'result'] as const;
  const calls = registry.counter({
    name: 'apiserver_conversion_webhook_request_total',
    help: 'Requests to conversion webhooks by result and kind of failure.',
    labels: result,
  });
  const callSeconds = registry.histogram({
    name: 'apiserver_conversion_webhook_duration_seconds',
    help: 'Latency of conversion webhooks in seconds by result and kind of failure.',
    labels: result,
    buckets: callBuckets,
  });
  const conversions = registry.histogram({
    name: 'apiserver_crd_conversion_webhook_duration_seconds',
    help: 'Duration of conversions by webhook in seconds, by definition, versions and result.',
    labels: ['crd_name', 'from_version', 'succeeded', 'to_version'],
    buckets: conversionBuckets,
  });
  const v2 = registry.counter({
    name: 'apiextensions_openapi_v2_regeneration_count',
    help: 'How often the OpenAPI v2 document changed, by definition and reason.',
    labels: ['crd', 'reason'],
  });
  const v3 = registry.counter({
    name: 'apiextensions_openapi_v3_regeneration_count',
    help: 'How often OpenAPI v3 documents changed, by group, version, definition and reason.',
    labels: ['crd', 'group', 'reason', 'version'],
  });
  const ratcheting = registry
    .histogram({
      name: 'apiextensions_apiserver_validation_ratcheting_seconds',
      help: 'Time to compare old and new values while validating an update, in seconds.',
      labels: [],
      buckets: ratchetingBuckets,
    })
    .with();
  return {
    cel,
    conversion(definition, { group, plural }, { from, to }) {
      const owner = owners.find(definition);
      const isServed = (version: string): boolean => catalog.find({ group, version, resource: plural }) !== undefined;
      return {
        ended(seconds, failure, error) {
          if (error !== undefined) onCallFailure?.(error);
          const outcome = failure === undefined ? 'success' : 'failure';
          calls.with(failure ?? '', outcome).inc();
          callSeconds.with(failure ?? '', outcome).observe(seconds);
          // Neither a definition that has gone meanwhile nor a version that is served no more comes back.
          if (!owner || owner.isGone || !isServed(from) || !isServed(to)) return;
          conversions.with(definition, from, String(failure === undefined), to).observe(seconds);
        },
      };
    },
    regenerated(definition, reason, { group, versions }) {
      if (versions.length === 0) return;
      v2.with(definition, reason).inc();
      for (const version of versions) v3.with(definition, group, reason, version).inc();
    },
    time: (part, work) =>
      part === 'rules' ? cel.evaluating(work) : (timed(work, (seconds) => ratcheting.observe(seconds)) as ReturnType<typeof work>),
    keep: (present) => void owners.keep(present),
  };
};

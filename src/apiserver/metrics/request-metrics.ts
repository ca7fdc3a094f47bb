import { deprecationOf } from '../endpoints/dispatch.ts';
import type { RequestObservation } from '../extension.ts';
import type { CounterSeries, HistogramSeries, MetricsRegistry } from './contract.ts';
import type { Registration, Registrations } from './registrations.ts';

const resourceLabels = ['component', 'group', 'resource', 'scope', 'subresource', 'verb', 'version'] as const;
const durationLabels = ['component', 'dry_run', 'group', 'resource', 'scope', 'subresource', 'verb', 'version'] as const;
const totalLabels = ['code', ...durationLabels] as const;

const durationBuckets = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const sliBuckets = durationBuckets.slice(2);
/** 50 kB to 3.05 MB, as kube-apiserver. */
const bodyBuckets = Array.from({ length: 31 }, (_, index) => 50_000 + index * 100_000);
const sizeBuckets = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

const verbs: Readonly<Record<string, string>> = {
  get: 'GET',
  list: 'LIST',
  watch: 'WATCH',
  create: 'POST',
  post: 'POST',
  update: 'PUT',
  put: 'PUT',
  patch: 'PATCH',
  apply: 'APPLY',
  delete: 'DELETE',
  deletecollection: 'DELETE',
  head: 'HEAD',
  options: 'OPTIONS',
};

/** Plain paths that are labels; all others count as one, whatever clients make up. */
const plainPaths = [
  '/healthz',
  '/livez',
  '/readyz',
  '/metrics',
  '/openapi/v2',
  '/openapi/v3',
  '/version',
  '/apis',
  '/api',
  '/openid/v1/jwks',
];
const plainPath = (path: string): string => plainPaths.find((known) => path === known || path.startsWith(`${known}/`)) ?? '';

/** Whose answers are measured: requests that are GETs by their method. */
const reading: ReadonlySet<string> = new Set(['GET', 'LIST', 'WATCH']);

const fieldValidations = new Set(['', 'Strict', 'Warn', 'Ignore']);
const validatedVerbs: ReadonlySet<string> = new Set(['apply', 'create', 'patch', 'update']);
/** `1.38` of a warning that says so. */
const removedRelease = (warning: string): string => /unavailable in v(\d+\.\d+)/.exec(warning)?.[1] ?? '';

/** What requests with a body do, as they are told apart by its size. */
const bodyVerbs: Readonly<Record<string, string>> = {
  create: 'create',
  update: 'update',
  patch: 'patch',
  apply: 'patch',
  delete: 'delete',
  deletecollection: 'delete_collection',
};

/** Whatever the method, these connect to something. */
export const connecting: ReadonlySet<string> = new Set(['attach', 'exec', 'log', 'portforward', 'proxy']);

interface Handle {
  readonly total: CounterSeries;
  readonly duration: HistogramSeries;
  readonly sli: HistogramSeries | undefined;
  readonly size: HistogramSeries | undefined;
  readonly body: HistogramSeries | undefined;
  readonly terminated: (by: 'aggregator' | 'apiserver') => void;
  readonly since: number;
}

/**
 * Records answered requests. Labels come from what is served, never from what is asked: an unknown resource, verb or path counts without
 * its name. A request that began before its resource was registered (again) is not counted at all.
 */
export const createRequestMetrics = (
  registry: MetricsRegistry,
  registrations: Registrations,
  now: () => number,
): { readonly observe: (observation: RequestObservation) => void; readonly forget: () => void } => {
  const total = registry.counter({
    name: 'apiserver_request_total',
    help: 'Requests by verb, dry run value, group, version, resource, scope, component and HTTP response code.',
    labels: totalLabels,
  });
  const duration = registry.histogram({
    name: 'apiserver_request_duration_seconds',
    help: 'Response latency in seconds by verb, dry run value, group, version, resource, subresource, scope and component.',
    labels: durationLabels,
    buckets: durationBuckets,
  });
  const sli = registry.histogram({
    name: 'apiserver_request_sli_duration_seconds',
    help: 'Response latency in seconds without long-running requests, by verb, group, version, resource, subresource, scope and component.',
    labels: resourceLabels,
    buckets: sliBuckets,
  });
  const sizes = registry.histogram({
    name: 'apiserver_response_sizes',
    help: 'Response size in bytes by group, version, verb, resource, subresource, scope and component.',
    labels: resourceLabels,
    buckets: sizeBuckets,
  });
  const bodies = registry.histogram({
    name: 'apiserver_request_body_size_bytes',
    help: 'Request body size in bytes by resource and verb.',
    labels: ['group', 'resource', 'verb'],
    buckets: bodyBuckets,
  });
  const deprecated = registry.gauge({
    name: 'apiserver_requested_deprecated_apis',
    help: 'Deprecated APIs that have been requested, by API group, version, resource, subresource and the release that removes them.',
    labels: ['group', 'removed_release', 'resource', 'subresource', 'version'],
  });
  const validations = registry.histogram({
    name: 'field_validation_request_duration_seconds',
    help: 'Response latency in seconds of writes, by how they want fields validated.',
    labels: ['field_validation'],
    buckets: sliBuckets,
  });
  const terminations = registry.counter({
    name: 'apiserver_request_terminations_total',
    help: 'Requests that the server did not serve in self-defence, or as whom it needs was not there, by what they were.',
    labels: ['code', ...resourceLabels],
  });
  const handles = new Map<string, Handle>();

  const createHandle = (observation: RequestObservation, registration: Registration | undefined): Handle => {
    const known = registration !== undefined;
    const { group, version, resource } = known ? observation : { group: '', version: '', resource: '' };
    const declared = registration?.definition.subresources.some(({ name }) => name === observation.subresource);
    const subresource = known ? (declared ? observation.subresource : '') : plainPath(observation.path);
    const verb = known && declared && connecting.has(subresource) ? 'CONNECT' : (verbs[observation.verb] ?? 'OTHER');
    const bodyVerb = known ? bodyVerbs[observation.verb] : undefined;
    const component = known ? 'apiserver' : '';
    const scope = known ? observation.scope : '';
    const warning = registration && deprecationOf(registration.definition);
    if (warning !== undefined) deprecated.with(group, removedRelease(warning), resource, declared ? subresource : '', version).set(1);
    const { dryRun } = observation;
    const of = [group, resource, scope, subresource, verb, version] as const;
    return {
      total: total.with(String(observation.code), component, dryRun, ...of),
      duration: duration.with(component, dryRun, ...of),
      sli: verb === 'WATCH' || verb === 'CONNECT' ? undefined : sli.with(component, ...of),
      size: reading.has(verb) ? sizes.with(component, ...of) : undefined,
      body: bodyVerb === undefined ? undefined : bodies.with(group, resource, bodyVerb),
      terminated: (by) => terminations.with(String(observation.code), by, ...of).inc(),
      since: registration?.since ?? 0,
    };
  };

  const beganBefore = ({ durationSeconds }: RequestObservation, since: number): boolean =>
    since > 0 && now() - durationSeconds * 1000 < since;

  const find = (observation: RequestObservation): Handle | undefined => {
    const { verb, group, version, resource, subresource, scope, code, dryRun } = observation;
    const key = `${verb}/${group}/${version}/${resource}/${subresource}/${scope}/${code}/${dryRun}`;
    const cached = handles.get(key);
    if (cached) return cached;
    const registration = resource === '' ? undefined : registrations.find({ group, version, resource });
    if (registration && beganBefore(observation, registration.since)) return undefined;
    const handle = createHandle(observation, registration);
    const declared = subresource === '' || registration?.definition.subresources.some(({ name }) => name === subresource);
    if (registration && declared && verb in verbs) handles.set(key, handle); // only what clients cannot make up is remembered
    return handle;
  };

  return {
    observe(observation) {
      const handle = find(observation);
      if (!handle || beganBefore(observation, handle.since)) return;
      handle.total.inc();
      handle.duration.observe(observation.durationSeconds);
      if (observation.terminatedBy !== undefined) handle.terminated(observation.terminatedBy);
      handle.sli?.observe(observation.durationSeconds);
      handle.size?.observe(observation.responseBytes);
      if (observation.requestBytes !== undefined) handle.body?.observe(observation.requestBytes);
      const { fieldValidation = '' } = observation;
      if (validatedVerbs.has(observation.verb) && fieldValidations.has(fieldValidation))
        validations.with(fieldValidation).observe(observation.durationSeconds);
    },
    forget: () => handles.clear(),
  };
};

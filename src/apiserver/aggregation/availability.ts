import type { APIService, APIServiceCondition } from '../../api/apiregistration/types.gen.ts';
import { schemaSource } from '../../api/definitions.ts';
import { parseJson } from '../../apimachinery/json/exact-json.ts';
import { compileSchema, type CompiledSchema } from '../../apimachinery/schema/compile.ts';
import type { ServedResource, ServedVersion } from '../discovery/served-group.ts';
import { readUpstreamBody, sendUpstream } from './upstream.ts';
import type { Upstreams } from './upstream.ts';

/** What a check found: the condition, and the resources of a server that answered. */
export interface Availability {
  readonly condition: Pick<APIServiceCondition, 'status' | 'reason' | 'message'>;
  readonly version?: ServedVersion;
}

interface ApiResource {
  readonly name?: string;
  readonly singularName?: string;
  readonly namespaced?: boolean;
  readonly kind?: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs?: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly storageVersionHash?: string;
}

/** Who asks when nobody's request is handed on. */
export const aggregatorHeaders = {
  accept: 'application/json',
  'x-remote-user': 'system:kube-aggregator',
  'x-remote-group': ['system:masters'],
};

const maxDiscoveryBytes = 4 * 2 ** 20;
const checkTimeoutMilliseconds = 5000;

let listSchema: CompiledSchema | undefined;

/** @throws StatusError BadRequest when it is none, in the words of Go's decoder */
const readResources = (text: string): readonly ApiResource[] => {
  const value = parseJson(text);
  listSchema ??= compileSchema(schemaSource('io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList'));
  listSchema.checkTypes(value, { kind: 'APIResourceList', version: 'v1' });
  return ((value ?? {}) as { resources?: readonly (ApiResource | null)[] }).resources?.map((resource) => resource ?? {}) ?? [];
};

/** An APIResourceList in the form that discovery shows. */
export const toServedVersion = (list: readonly ApiResource[], { spec }: APIService): ServedVersion => {
  const version = spec.version ?? '';
  const own = { group: spec.group ?? '', version };
  const responseKind = ({ group, version: other }: ApiResource) => (other === undefined ? own : { group: group ?? '', version: other });
  const subresources = new Map<string, ApiResource[]>();
  for (const resource of list) {
    const { name = '' } = resource;
    const slash = name.indexOf('/');
    if (slash < 0) continue;
    const siblings = subresources.get(name.slice(0, slash));
    if (siblings) siblings.push(resource);
    else subresources.set(name.slice(0, slash), [resource]);
  }
  const resources: ServedResource[] = list
    .filter(({ name = '' }) => !name.includes('/'))
    .map((resource) => ({
      name: resource.name ?? '',
      singular: resource.singularName ?? '',
      namespaced: resource.namespaced ?? false,
      kind: resource.kind ?? '',
      responseKind: responseKind(resource),
      verbs: resource.verbs ?? [],
      shortNames: resource.shortNames ?? [],
      categories: resource.categories ?? [],
      ...(resource.storageVersionHash === undefined ? {} : { storageVersionHash: resource.storageVersionHash }),
      subresources: (subresources.get(resource.name ?? '') ?? []).map((subresource) => ({
        name: (subresource.name ?? '').slice((resource.name ?? '').length + 1),
        kind: subresource.kind ?? '',
        responseKind: responseKind(subresource),
        verbs: subresource.verbs ?? [],
      })),
    }));
  return { version, priority: spec.versionPriority, resources, freshness: 'Current' };
};

const unavailable = (reason: string, message: string): Availability => ({ condition: { status: 'False', reason, message } });

const reasonOf = (message: string): string => {
  if (/^service ".*" not found$/.test(message)) return 'ServiceNotFound';
  if (message.startsWith('no service port')) return 'ServicePortError';
  return 'MissingEndpoints';
};

/** Asks an aggregated API server for its resources, as kube-aggregator does to know whether it is available. Never rejects. */
export const checkAvailability = async (service: APIService, upstreams: Upstreams, signal: AbortSignal): Promise<Availability> => {
  const { group = '', version = '', service: backend } = service.spec;
  const path = `/apis/${group}/${version}`;
  let upstream;
  try {
    upstream = await upstreams.resolve(service);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = reasonOf(message);
    const named = `service/${backend?.name} in ${JSON.stringify(backend?.namespace)}`;
    return unavailable(
      reason,
      reason === 'ServiceNotFound'
        ? `${named} is not present`
        : reason === 'MissingEndpoints'
          ? `endpoints for ${named} have no addresses with port name`
          : message,
    );
  }
  const url = `https://${upstream.host}:${upstream.port}${path}`;
  try {
    const incoming = await sendUpstream(upstream, {
      method: 'GET',
      path,
      headers: aggregatorHeaders,
      signal: AbortSignal.any([signal, AbortSignal.timeout(checkTimeoutMilliseconds)]),
    });
    const body = await readUpstreamBody(incoming, maxDiscoveryBytes);
    const code = incoming.statusCode ?? 0;
    if (code < 200 || code >= 300)
      return unavailable('FailedDiscoveryCheck', `failing or missing response from ${url}: bad status from ${url}: ${code}`);
    const served = toServedVersion(readResources(body.toString()), service);
    return { condition: { status: 'True', reason: 'Passed', message: 'all checks passed' }, version: served };
  } catch (error) {
    return unavailable(
      'FailedDiscoveryCheck',
      `failing or missing response from ${url}: Get "${url}": ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};

import type { APIService } from '../../api/apiregistration/types.gen.ts';
import { isStatusError } from '../../apimachinery/errors/status-error.ts';
import { formatTime } from '../../apimachinery/time/timestamp.ts';
import type { ServedVersion } from '../discovery/served-group.ts';
import type { ApiServerLogger } from '../contract.ts';
import type { ApiRequest, ApiResponse, UserInfo } from '../http/exchange.ts';
import { serviceUnavailable } from '../http/respond.ts';
import { loopbackUser } from '../registry/contract.ts';
import type { InternalApi, ObjectCache } from '../registry/contract.ts';
import { apiServicesResource, asApiService, isRemote, setAvailable } from './api-service.ts';
import { checkAvailability, toServedVersion } from './availability.ts';
import { proxyRequest } from './proxy.ts';
import type { RemoteApi } from './extension.ts';
import { documentPath, documentPaths, findRemoteDocuments } from './remote-openapi.ts';
import { findRemoteSwagger, type RemoteSwagger } from './remote-swagger.ts';
import type { Upstreams } from './upstream.ts';

/** How soon an aggregated server is asked again: while it answers, and while it does not. */
const recheckMilliseconds = { available: 30_000, unavailable: 2000 } as const;

interface Known {
  readonly service: APIService;
  readonly available: boolean;
  /** What it said last, if ever; shown as stale while it does not answer. */
  readonly version: ServedVersion | undefined;
  readonly timer: NodeJS.Timeout;
}

const terminated = (): ApiResponse => ({ ...serviceUnavailable(), terminatedBy: 'aggregator' });

export interface RemoteServices {
  /** Hands a request on to the server of a group version; undefined when there is no such server. One that does not answer is 503. */
  handOn(group: string, version: string, request: ApiRequest, user: UserInfo): Promise<ApiResponse> | ApiResponse | undefined;
  /** Names of the services that do not answer. */
  unavailable(): readonly string[];
  /** Looks at one APIService again: it was changed, or is gone. */
  check(name: string): void;
  stop(): void;
}

/** Watches over aggregated API servers: keeps their Available conditions and what they show in discovery. */
export const createRemoteServices = (options: {
  readonly api: InternalApi;
  readonly cache: ObjectCache;
  readonly upstreams: Upstreams;
  readonly remote: RemoteApi;
  readonly log: ApiServerLogger;
  readonly now: () => number;
}): RemoteServices => {
  const { api, cache, upstreams, remote, log, now } = options;
  const { documents, swagger } = remote;
  const known = new Map<string, Known>();
  const running = new Set<string>();
  const again = new Set<string>();
  const swaggers = new Map<string, RemoteSwagger>();
  const stopping = new AbortController();

  const publish = (): void =>
    remote.groups.set(
      [...known.values()].map(({ service, version, available }) => {
        const { spec } = service;
        const shown = version ?? toServedVersion([], service);
        const freshness = available ? ('Current' as const) : ('Stale' as const);
        return { name: spec.group ?? '', priority: spec.groupPriorityMinimum, versions: [{ ...shown, freshness }] };
      }),
    );

  const forget = (name: string): void => {
    const entry = known.get(name);
    if (!entry) return;
    clearTimeout(entry.timer);
    known.delete(name);
    withdraw(entry.service);
    publish();
  };

  const withdraw = (service: APIService): void => {
    for (const path of documentPaths(service)) documents.delete(path);
    swagger.delete(documentPath(service));
    swaggers.delete(documentPath(service));
  };

  const findDocuments = async (name: string, service: APIService): Promise<void> => {
    const path = documentPath(service);
    const { signal } = stopping;
    const [urls, found] = await Promise.all([
      findRemoteDocuments(service, upstreams, signal),
      findRemoteSwagger(service, upstreams, { signal, known: swaggers.get(path) }),
    ]);
    // It may have gone, or become another, while it was asked.
    if (known.get(name)?.service !== service) return;
    withdraw(service);
    for (const [each, url] of urls)
      documents.set(each, { serverRelativeURL: url, fetch: (request, user) => handOn(service, request, user) });
    if (!found) return;
    swagger.set(path, found.part);
    swaggers.set(path, found);
  };

  const handOn = async (service: APIService, request: ApiRequest, user: UserInfo): Promise<ApiResponse> => {
    try {
      return await proxyRequest(await upstreams.resolve(service), request, user);
    } catch {
      return terminated();
    }
  };

  const run = async (name: string): Promise<void> => {
    const object = cache.get(name);
    if (!object || !isRemote(asApiService(object))) return forget(name);
    const service = asApiService(object);
    const { condition, version } = await checkAvailability(service, upstreams, stopping.signal);
    if (stopping.signal.aborted) return;
    const before = known.get(name);
    if (before) clearTimeout(before.timer);
    const available = condition.status === 'True';
    const timer = setTimeout(() => check(name), recheckMilliseconds[available ? 'available' : 'unavailable']);
    const next = { service, available, version: version ?? before?.version, timer };
    known.set(name, next);
    if (before?.available !== available || JSON.stringify(before.version) !== JSON.stringify(next.version)) publish();
    await api.modify(apiServicesResource, name, {
      user: loopbackUser,
      subresource: 'status',
      change: (current) => (setAvailable(asApiService(current), condition, formatTime(new Date(now()))) ? undefined : false),
    });
    if (available) await findDocuments(name, service);
    else withdraw(service);
  };

  const check = (name: string): void => {
    if (running.has(name)) {
      again.add(name);
      return;
    }
    running.add(name);
    run(name)
      .catch((error: unknown) => {
        if (!isStatusError(error, 'NotFound'))
          log.warn('APIService not checked', { name, error: error instanceof Error ? error.message : String(error) });
      })
      .finally(() => {
        running.delete(name);
        if (again.delete(name)) check(name);
      });
  };

  return {
    handOn: (group, version, request, user) => {
      const found = [...known.values()].find(({ service: { spec } }) => spec.group === group && spec.version === version);
      if (!found) return undefined;
      return found.available ? handOn(found.service, request, user) : terminated();
    },
    unavailable: () => [...known].filter(([, { available }]) => !available).map(([name]) => name),
    check,
    stop: () => {
      stopping.abort();
      for (const { timer } of known.values()) clearTimeout(timer);
    },
  };
};

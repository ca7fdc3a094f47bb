import type { APIService } from '../../api/apiregistration/types.gen.ts';
import { isStatusError } from '../../apimachinery/errors/status-error.ts';
import { formatTime } from '../../apimachinery/time/timestamp.ts';
import type { RemoteGroups } from '../discovery/remote-groups.ts';
import type { ServedVersion } from '../discovery/served-group.ts';
import type { ApiServerLogger } from '../contract.ts';
import { loopbackUser } from '../registry/contract.ts';
import type { InternalApi, ObjectCache } from '../registry/contract.ts';
import { apiServicesResource, asApiService, isRemote, setAvailable } from './api-service.ts';
import { checkAvailability } from './availability.ts';
import type { Upstreams } from './upstream.ts';

/** How soon an aggregated server is asked again: while it answers, and while it does not. */
const recheckMilliseconds = { available: 30_000, unavailable: 2000 } as const;

interface Known {
  readonly service: APIService;
  readonly available: boolean;
  /** What it said last; shown as stale while it does not answer. */
  readonly version: ServedVersion | undefined;
  readonly timer: NodeJS.Timeout;
}

export interface RemoteServices {
  find(group: string, version: string): { readonly service: APIService; readonly available: boolean } | undefined;
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
  readonly remote: RemoteGroups;
  readonly log: ApiServerLogger;
  readonly now: () => number;
}): RemoteServices => {
  const { api, cache, upstreams, remote, log, now } = options;
  const known = new Map<string, Known>();
  const running = new Set<string>();
  const again = new Set<string>();
  const stopping = new AbortController();

  const publish = (): void =>
    remote.set(
      [...known.values()].flatMap(({ service: { spec }, version, available }) => {
        if (!version) return [];
        const freshness = available ? ('Current' as const) : ('Stale' as const);
        return [{ name: spec.group ?? '', priority: spec.groupPriorityMinimum, versions: [{ ...version, freshness }] }];
      }),
    );

  const forget = (name: string): void => {
    const entry = known.get(name);
    if (!entry) return;
    clearTimeout(entry.timer);
    known.delete(name);
    publish();
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
    find: (group, version) => [...known.values()].find(({ service: { spec } }) => spec.group === group && spec.version === version),
    unavailable: () => [...known].filter(([, { available }]) => !available).map(([name]) => name),
    check,
    stop: () => {
      stopping.abort();
      for (const { timer } of known.values()) clearTimeout(timer);
    },
  };
};

import { setTimeout as delay } from 'node:timers/promises';
import type { HealthCheck, ServerExtensionFactory } from '../extension.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { pageNotFound, plainText, text } from '../http/respond.ts';
import type { PlainRoute, RoutedRequest } from '../http/route.ts';
import { scrape } from '../metrics/scrape.ts';
import { runChecks } from './run-checks.ts';
import { createServiceLevelIndicators } from './service-level-indicators.ts';

/** As long as kube-apiserver's --etcd-healthcheck-timeout. */
const storeMilliseconds = 2000;
const endpoints = ['healthz', 'livez', 'readyz'] as const;

/**
 * /healthz, /livez and /readyz over the checks of all extensions, and one path for each check. The last of the server's own extensions:
 * when it starts, the others have.
 */
export const healthExtension: ServerExtensionFactory = ({ checks, options }) => {
  let state: 'starting' | 'serving' | 'stopping' = 'starting';
  const storeAnswers = async (): Promise<void> => {
    const late = Symbol('late');
    const timeout = new AbortController();
    const answer = await Promise.race([options.store.revision(), delay(storeMilliseconds, late, timeout)]).finally(() => timeout.abort());
    if (answer === late) throw new Error(`the store has not answered within ${storeMilliseconds} ms`);
  };
  const first: readonly HealthCheck[] = [
    { name: 'ping', check: () => undefined },
    // Lines are written at once: there is no buffer that could be stuck.
    { name: 'log', check: () => undefined },
    { name: 'etcd', check: storeAnswers },
    { name: 'etcd-readiness', readinessOnly: true, check: storeAnswers },
    {
      name: 'informer-sync',
      readinessOnly: true,
      check: () => {
        if (state === 'starting') throw new Error('caches are not synced yet');
      },
    },
  ];
  const shutdown: HealthCheck = {
    name: 'shutdown',
    readinessOnly: true,
    check: () => {
      if (state === 'stopping') throw new Error('process is shutting down');
    },
  };
  const own = [...first, shutdown];
  const checksOf = (endpoint: string): readonly HealthCheck[] =>
    [...first, ...checks().filter((check) => !own.includes(check)), shutdown].filter(
      ({ readinessOnly }) => endpoint === 'readyz' || !readinessOnly,
    );

  const startedAt = options.now();
  const indicators = createServiceLevelIndicators(startedAt);

  const all = async (endpoint: string, { query }: RoutedRequest): Promise<ApiResponse> => {
    const { healthy, text: body } = await runChecks(checksOf(endpoint), {
      endpoint,
      verbose: query.has('verbose'),
      excluded: new Set(query.getAll('exclude')),
      onResult: (name, error) => {
        indicators.record(endpoint, name, error === undefined);
        if (error !== undefined) options.log.warn('health check failed', { endpoint, check: name, error: String(error) });
      },
    });
    return text(healthy ? 200 : 500, body);
  };

  const one = async (endpoint: string, { path }: RoutedRequest): Promise<ApiResponse> => {
    const name = path.slice(endpoint.length + 2);
    const found = checksOf(endpoint).find((check) => check.name === name);
    if (!found) return pageNotFound();
    try {
      await found.check();
      return plainText(200, 'ok');
    } catch (error) {
      return text(500, `internal server error: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  };

  const routes = endpoints.flatMap((endpoint): PlainRoute[] => [
    { path: `/${endpoint}`, handle: (routed) => all(endpoint, routed) },
    { path: `/${endpoint}/`, handle: (routed) => one(endpoint, routed) },
  ]);
  routes.push({ path: '/metrics/slis', handle: ({ request }) => scrape(indicators.registry, request, startedAt) });
  return {
    name: 'health',
    routes,
    checks: own,
    start: async () => {
      state = 'serving';
    },
    stop: () => {
      state = 'stopping';
    },
  };
};

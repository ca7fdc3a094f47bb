import type { RemoteGroups } from '../discovery/remote-groups.ts';
import type { ServerExtensionFactory } from '../extension.ts';
import { createCertificateMeasures } from '../metrics/certificate-measures.ts';
import type { MetricsRegistry } from '../metrics/contract.ts';
import type { SwaggerParts } from '../openapi/merge-swagger.ts';
import type { RemoteDocuments } from '../openapi/remote-documents.ts';
import { apiServicesResource, asApiService, isRemote } from './api-service.ts';
import { syncLocalServices, unregisteredServices } from './local-services.ts';
import { createRemoteServices } from './remote-services.ts';
import { createUpstreams } from './upstream.ts';

/** What aggregated API servers add to discovery and OpenAPI. */
export interface RemoteApi {
  readonly groups: RemoteGroups;
  readonly documents: RemoteDocuments;
  readonly swagger: SwaggerParts;
}

/** How long after a change the APIServices follow: many definitions that come together make one round. */
const settleMilliseconds = 50;

/** APIServices: one for each group version served here, and group versions that other servers serve through this one. */
export const aggregationExtension =
  (remote: RemoteApi, metrics: MetricsRegistry): ServerExtensionFactory =>
  ({ api, catalog, options }) => {
    if (!catalog.find(apiServicesResource)) return { name: 'aggregation' };
    const { log, now } = options;
    const cache = api.cache(apiServicesResource);
    const upstreams = createUpstreams(api, options.identity, createCertificateMeasures(metrics, 'kube_aggregator'));
    const services = createRemoteServices({ api, cache, upstreams, remote, log, now });
    let timer: NodeJS.Timeout | undefined;
    let syncing: Promise<void> = Promise.resolve();
    let stopped = false;

    const sync = (): void => {
      timer = undefined;
      syncing = syncing
        .then(() => (stopped ? undefined : syncLocalServices({ api, cache, now })))
        .catch((error: unknown) => {
          log.warn('APIServices not in step', { error: error instanceof Error ? error.message : String(error) });
          schedule();
        });
    };
    const schedule = (): void => {
      if (!stopped) timer ??= setTimeout(sync, settleMilliseconds);
    };

    metrics.collect({
      name: 'aggregator_unavailable_apiservice',
      help: 'Whether an APIService is unavailable (1) or not (0), by name.',
      labels: ['name'],
      type: 'gauge',
      collect: () => {
        const unavailable = new Set(services.unavailable());
        // What is no longer served here keeps its APIService a moment longer.
        const served = new Set(catalog.all().map(({ group, version }) => `${version}.${group}`));
        return cache
          .list()
          .filter((object) => isRemote(asApiService(object)) || served.has(object.metadata.name))
          .map(({ metadata: { name } }) => ({ values: [name], value: unavailable.has(name) ? 1 : 0 }));
      },
    });

    /** What is served when this one starts and not registered yet; a kind that comes later does not make a server that serves unready. */
    let pending: readonly string[] = unregisteredServices(catalog, cache);
    let registered: () => void = () => {};
    const review = (): void => {
      const missing = new Set(unregisteredServices(catalog, cache));
      pending = pending.filter((name) => missing.has(name));
      if (pending.length === 0) registered();
    };

    return {
      name: 'aggregation',
      checks: [
        {
          name: 'autoregister-completion',
          check: () => {
            if (pending.length > 0) throw new Error(`missing APIService: ${pending.join(', ')}`);
          },
        },
      ],
      fallback: async (request, user) => {
        const [, root, group = '', version = ''] = (request.url.split('?')[0] ?? '').split('/');
        return root === 'apis' ? services.handOn(group, version, request, user) : undefined;
      },
      start: async () => {
        await cache.synced();
        pending = unregisteredServices(catalog, cache);
        cache.onChange(({ object }) => {
          if (pending.length > 0) review();
          services.check(object.metadata.name);
          schedule();
        });
        for (const object of cache.list()) services.check(object.metadata.name);
        catalog.onChange(() => {
          if (pending.length > 0) review();
          schedule();
        });
        const complete = pending.length === 0 ? undefined : new Promise<void>((resolve) => (registered = resolve));
        sync();
        await complete;
      },
      stop: async () => {
        stopped = true;
        registered();
        clearTimeout(timer);
        services.stop();
        await syncing;
        upstreams.close();
      },
    };
  };

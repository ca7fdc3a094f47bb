import { randomBytes } from 'node:crypto';
import { StatusError } from '../apimachinery/errors/status-error.ts';
import type { AdmissionPlugin } from './admission/contract.ts';
import { createCollectionCache } from './collections/collection-cache.ts';
import type { ApiServer, ApiServerOptions } from './contract.ts';
import { dispatchResource, type EndpointContext } from './endpoints/dispatch.ts';
import { createHeldPages } from './endpoints/held-pages.ts';
import { createStateSeats } from './endpoints/state-seats.ts';
import { createUnreadEvents } from './endpoints/unread-events.ts';
import type { ServerContext, ServerExtension, ServerExtensionFactory, SubresourceRoute } from './extension.ts';
import { errorResponse } from './http/respond.ts';
import { startupChecks } from './health/startup-checks.ts';
import type { ApiHandler } from './http/exchange.ts';
import { chainAuthenticators, chainAuthorizers, createPipeline } from './pipeline.ts';
import type { KindCatalog } from './registry/contract.ts';
import type { ServerMeasures } from './metrics/server-measures.ts';
import { createCatalog } from './registry/catalog.ts';
import { createInternalApi } from './registry/internal-api.ts';
import { createSchemaCache, type Registry } from './registry/registry.ts';
import type { StorageHook } from './registry/storage-hook.ts';
import { createWatchCache } from './watch/watch-cache.ts';

/** Uniform in [0, 1), from the system's source: generated names must not be guessable. */
const secureRandom = (): number => randomBytes(4).readUInt32BE() / 2 ** 32;

/** Clients ask again by themselves when they are told when. */
const shuttingDown = (): StatusError =>
  new StatusError('ServiceUnavailable', 'the server is shutting down', { details: { retryAfterSeconds: 5 } });

/** What all watchers that are slow to read the present state may make the server hold of it; beyond it, they read the store again. */
const maxHeldPagesBytes = 64 * 2 ** 20;
/** What all watchers that are being told the present state may leave unread. */
const maxUnreadStateBytes = 128 * 2 ** 20;
/** And all watchers of later events. */
const maxUnreadEventBytes = 256 * 2 ** 20;

/** The API server over a store, composed of extensions. It is ready after `ready()`; requests before that are served as far as they can. */
export const createServer = (
  options: ApiServerOptions,
  factories: readonly ServerExtensionFactory[],
  createMeasures?: (catalog: KindCatalog) => ServerMeasures,
): ApiServer => {
  const { log, now } = options;
  const extensions: ServerExtension[] = [];
  const admission: AdmissionPlugin[] = [];
  const hooks: StorageHook[] = [];
  const catalog = createCatalog(options.kinds);
  const measures = createMeasures?.(catalog);
  const store = measures?.store(options.store) ?? options.store;
  const registry: Registry = { store, catalog, now, random: secureRandom, admission, hooks, schemaOf: createSchemaCache(), measures };
  const watchCache = createWatchCache({ store, log, measures, maxBytes: options.memory?.events ?? 64 * 2 ** 20 });
  const onError = (error: unknown): void => log.error('cache failed', { error: error instanceof Error ? error.stack : String(error) });
  const collections = createCollectionCache({
    store,
    watchCache,
    now,
    maxBytes: options.memory?.lists ?? 256 * 2 ** 20,
    onError,
  });
  const api = createInternalApi({ registry, catalog, watchCache, onError });
  const authenticate = chainAuthenticators(extensions);
  const authorize = chainAuthorizers(extensions);
  const started = watchCache.start();
  const running = new Set<string>();

  const context: ServerContext = {
    options,
    store,
    catalog,
    api,
    authenticate,
    authorize,
    checks: () => [
      ...extensions.flatMap((extension) => extension.checks ?? []),
      ...extensions.flatMap(({ name }) => startupChecks(name, () => running.has(name))),
    ],
    handle: (request) => handle(request),
  };
  for (const factory of factories) {
    const extension = factory(context);
    extensions.push(extension);
    admission.push(...(extension.admission ?? []));
    hooks.push(...(extension.hooks ?? []));
  }
  const routes = new Map<string, SubresourceRoute>(
    extensions
      .flatMap((extension) => extension.subresources ?? [])
      .map((route) => [`${route.group}/${route.resource}/${route.subresource}`, route]),
  );
  const endpoints: EndpointContext = {
    watchCache,
    collections,
    catalog,
    pages: createHeldPages(maxHeldPagesBytes),
    seats: createStateSeats(maxUnreadStateBytes),
    unread: createUnreadEvents(maxUnreadEventBytes, now),
    measures,
    subresource: ({ info }) => routes.get(`${info.group}/${info.resource}/${info.subresource}`),
  };

  const pipeline = createPipeline({
    extensions,
    authenticate,
    authorize,
    log,
    now,
    onFiltered: measures?.filter,
    isCustom: (info) => catalog.find(info)?.custom !== undefined,
    isServedGroup: (group) => catalog.all().some((definition) => definition.group === group),
    serveResource({ request, user, info, path, query, warnings, annotate, begun, deadline }) {
      const definition = catalog.find(info);
      return (
        definition &&
        dispatchResource(registry, { request, user, info, path, query, warnings, annotate, definition, begun, deadline }, endpoints)
      );
    },
  });
  let closing = false;
  let active = 0;
  let drained: () => void = () => {};

  const handle: ApiHandler = async (request) => {
    if (closing) return errorResponse(shuttingDown());
    active += 1;
    try {
      return await pipeline(request);
    } finally {
      active -= 1;
      if (active === 0) drained();
    }
  };

  const drain = (): void => {
    closing = true;
    watchCache.endWatches();
  };

  return {
    handle,
    async ready() {
      await started;
      for (const extension of extensions) {
        await extension.start?.();
        running.add(extension.name);
      }
    },
    drain,
    async close() {
      drain();
      if (active > 0) await new Promise<void>((resolve) => (drained = resolve));
      for (const extension of extensions.toReversed()) await extension.stop?.();
      collections.close();
      await watchCache.stop();
    },
  };
};

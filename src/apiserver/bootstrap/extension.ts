import { hostname } from 'node:os';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { ServerExtensionFactory } from '../extension.ts';
import { ensureAuthenticationConfigMap, ensureTokenTrackingConfigMap } from './authentication-configmap.ts';
import { ensureDefaultObjects, ensureFlowControlObjects, ensureNamespaces } from './default-objects.ts';
import { collectLeases, type Endpoint, identityLease, renewIntervalSeconds } from './identity-lease.ts';
import { ensureKubernetesEndpoints, ensureKubernetesService, restoreKubernetesService } from './kubernetes-service.ts';

/** As kube-apiserver: somebody who deletes a default flow schema has it back after so long. */
const flowControlMilliseconds = 60_000;

/** What a cluster has from its first second: namespaces, roles, flow schemas, the kubernetes service, and a Lease for this server. */
export const bootstrapExtension =
  (): ServerExtensionFactory =>
  ({ api, options }) => {
    const lease = identityLease(api, { instance: options.instance ?? hostname(), now: options.now });
    let endpoint: Endpoint | undefined;
    let port: number | undefined;
    let timer: NodeJS.Timeout | undefined;
    let stopped = false;
    let ensuredAt = options.now();
    let running: Promise<void> = Promise.resolve();
    /** What was refused, and is tried again. */
    const unfinished = new Set<() => Promise<unknown>>();
    const attempt = async (step: () => Promise<unknown>): Promise<void> => {
      try {
        await step();
        unfinished.delete(step);
      } catch (error) {
        // Whoever has set up a webhook that refuses everything must be able to take it away: the server starts without.
        if (!(error instanceof StatusError)) throw error;
        unfinished.add(step);
        options.log.warn('what every cluster has was refused, and is tried again', { error: error.message });
      }
    };
    const keepAlive = async (): Promise<void> => {
      try {
        await lease.renew(endpoint);
        if (endpoint) await ensureKubernetesEndpoints(api, await lease.liveEndpoints());
        await ensureNamespaces(api);
        await restoreKubernetesService(api, options.serviceClusterIPRange, port);
        await collectLeases(api, options.now);
        for (const step of unfinished) await attempt(step);
        if (options.now() - ensuredAt >= flowControlMilliseconds) {
          ensuredAt = options.now();
          await ensureFlowControlObjects(api);
        }
      } catch (error) {
        if (!stopped) options.log.warn('renewing the API server lease failed', { error: String(error) });
      }
      if (stopped) return;
      timer = setTimeout(() => {
        running = keepAlive();
      }, renewIntervalSeconds * 1000);
      timer.unref();
    };
    return {
      name: 'bootstrap',
      async start() {
        await attempt(() => ensureNamespaces(api));
        const listening = await options.listening;
        port = listening?.port;
        if (listening?.advertised !== undefined) endpoint = { address: listening.advertised, port: listening.port };
        const steps = [
          () => ensureDefaultObjects(api, options.roles),
          () => ensureKubernetesService(api, options.serviceClusterIPRange, port),
          () => ensureAuthenticationConfigMap(api, options.identity),
          () => ensureTokenTrackingConfigMap(api, options.now()),
        ];
        await Promise.all(steps.map(attempt));
        running = keepAlive();
      },
      async stop() {
        stopped = true;
        clearTimeout(timer);
        await running;
      },
    };
  };

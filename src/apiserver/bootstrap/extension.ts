import { hostname } from 'node:os';
import type { ServerExtensionFactory } from '../extension.ts';
import { ensureAuthenticationConfigMap, ensureTokenTrackingConfigMap } from './authentication-configmap.ts';
import { ensureDefaultObjects, ensureFlowControlObjects, ensureNamespaces } from './default-objects.ts';
import { collectLeases, type Endpoint, identityLease, renewIntervalSeconds } from './identity-lease.ts';
import { ensureKubernetesEndpoints, ensureKubernetesService } from './kubernetes-service.ts';

/** As kube-apiserver: somebody who deletes a default flow schema has it back after so long. */
const flowControlMilliseconds = 60_000;

/** What a cluster has from its first second: namespaces, roles, flow schemas, the kubernetes service, and a Lease for this server. */
export const bootstrapExtension =
  (): ServerExtensionFactory =>
  ({ api, options }) => {
    const lease = identityLease(api, { instance: options.instance ?? hostname(), now: options.now });
    let endpoint: Endpoint | undefined;
    let timer: NodeJS.Timeout | undefined;
    let stopped = false;
    let ensuredAt = options.now();
    let running: Promise<void> = Promise.resolve();
    const keepAlive = async (): Promise<void> => {
      try {
        await lease.renew(endpoint);
        if (endpoint) await ensureKubernetesEndpoints(api, await lease.liveEndpoints());
        await ensureNamespaces(api);
        await collectLeases(api, options.now);
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
        await ensureNamespaces(api);
        const listening = await options.listening;
        if (listening?.advertised !== undefined) endpoint = { address: listening.advertised, port: listening.port };
        await Promise.all([
          ensureDefaultObjects(api, options.roles),
          ensureKubernetesService(api, options.serviceClusterIPRange, listening?.port),
          ensureAuthenticationConfigMap(api, options.identity),
          ensureTokenTrackingConfigMap(api, options.now()),
        ]);
        running = keepAlive();
      },
      async stop() {
        stopped = true;
        clearTimeout(timer);
        await running;
      },
    };
  };

import { hostname } from 'node:os';
import type { ServerExtensionFactory } from '../extension.ts';
import { ensureAuthenticationConfigMap, ensureTokenTrackingConfigMap } from './authentication-configmap.ts';
import { ensureDefaultObjects, ensureNamespaces } from './default-objects.ts';
import { collectLeases, type Endpoint, identityLease, renewIntervalSeconds } from './identity-lease.ts';
import { ensureKubernetesEndpoints, ensureKubernetesService } from './kubernetes-service.ts';

export interface BootstrapSettings {
  /** Tells API servers on one host and one store apart. Default: the host's name. */
  readonly instance?: string;
  /** Where clients in the cluster reach this server; asked at every renewal, undefined while unknown. */
  readonly advertise?: () => Endpoint | undefined;
}

/** What a cluster has from its first second: namespaces, roles, flow schemas, the kubernetes service, and a Lease for this server. */
export const bootstrapExtension =
  (settings: BootstrapSettings = {}): ServerExtensionFactory =>
  ({ api, options }) => {
    const lease = identityLease(api, { instance: settings.instance ?? hostname(), now: options.now });
    let timer: NodeJS.Timeout | undefined;
    let stopped = false;
    let running: Promise<void> = Promise.resolve();
    const keepAlive = async (): Promise<void> => {
      try {
        const endpoint = settings.advertise?.();
        await lease.renew(endpoint);
        if (endpoint) await ensureKubernetesEndpoints(api, await lease.liveEndpoints());
        await ensureNamespaces(api);
        await collectLeases(api, options.now);
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
        await Promise.all([
          ensureDefaultObjects(api),
          ensureKubernetesService(api, options.serviceClusterIPRange),
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

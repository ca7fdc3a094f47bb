import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { createClient } from '../client/client.ts';
import { createHttpTransport } from '../client/http/http-transport.ts';
import type { HttpTransportOptions } from '../client/http/options.ts';
import { createManager } from '../controller-runtime/manager.ts';
import { addCertificateRenewal, fleetFeature, requestCertificate } from '../features/fleet/feature.ts';
import { placementFeature } from '../features/placement/feature.ts';
import { joinHub } from './join-hub.ts';
import type { JoinOptions } from './join-hub.ts';
import { prepareDataDirectory } from './run-state.ts';

export interface AgentOptions extends JoinOptions {
  /** How to reach the member's API server. */
  readonly member: HttpTransportOptions;
  readonly statusIntervalSeconds?: number;
  readonly failureThresholdSeconds?: number;
  readonly leaseRenewSeconds?: number;
}

/** A member's agent, connected to its hub. */
export interface Agent {
  stop(): Promise<void>;
}

/** Joins the member to the hub, dialing out only, and runs its side of every feature there. Resolves once it works. @throws {Error} with the remedy */
export const startAgent = async (options: AgentOptions): Promise<Agent> => {
  const { cluster, log, statusIntervalSeconds, failureThresholdSeconds, leaseRenewSeconds } = options;
  prepareDataDirectory(options.directory);
  const { client, credentials } = await joinHub(options);
  const memberClient = createClient(createHttpTransport({ timeoutMilliseconds: 15_000, ...options.member }), {
    userAgent: 'causeway-agent',
  });
  const hub = createManager({ client, log, component: 'causeway-agent' });
  const member = createManager({ client: memberClient, log, component: 'causeway-agent' });
  addCertificateRenewal(hub, {
    current: () => credentials.current()!,
    request: (signal) => requestCertificate(client, { cluster, expirationSeconds: options.certificateSeconds, signal }),
    adopt: credentials.adopt,
  });
  await fleetFeature.controllers.member?.(member, {
    hub,
    cluster,
    identity: `${hostname()}_${randomBytes(4).toString('hex')}`,
    ...(leaseRenewSeconds === undefined ? {} : { leaseRenewSeconds }),
    health: {
      ...(statusIntervalSeconds === undefined ? {} : { statusIntervalSeconds }),
      ...(failureThresholdSeconds === undefined ? {} : { failureThresholdSeconds }),
    },
  });
  await placementFeature.controllers.member?.(member, { hub, cluster });
  const stop = async (): Promise<void> => {
    await member.stop();
    await hub.stop();
    await Promise.all([client.close(), memberClient.close()]);
  };
  options.signal.addEventListener('abort', () => void stop().catch(() => {}), { once: true });
  await hub.start();
  await member.start();
  return { stop };
};

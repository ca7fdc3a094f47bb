import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isStatusError } from '../apimachinery/errors/status-error.ts';
import type { Client } from '../client/contract.ts';
import type { Logger } from '../controller-runtime/contract.ts';
import { embeddedClustersRef } from '../features/fleet/api/embedded-cluster.ts';
import type { EmbeddedCluster } from '../features/fleet/api/embedded-cluster.ts';
import type { FleetSettings } from '../features/fleet/feature.ts';
import { createEmbeddedFleet } from './embedded-members.ts';
import { membersInThisThread } from './member.ts';
import { startHub } from './hub.ts';
import type { Hub } from './hub.ts';
import type { NotReady } from './member-readiness.ts';
import { renderKubeconfig } from './kubeconfig.ts';
import { prepareDataDirectory, readRunState, thisProcess, writePrivateFile, writeRunState } from './run-state.ts';
import { embeddedClusters } from './hub-controllers.ts';
import { userOf } from './identities.ts';
import { createThreadHost } from './member-thread/thread-host.ts';

export interface MemberRequest {
  readonly name: string;
  readonly nodes: number;
  readonly region?: string;
  readonly zone?: string;
}

export interface UpOptions {
  readonly dataDirectory: string;
  /** The hub's port; 0 takes the one it had before, or a free one. */
  readonly port: number;
  /** Created where they do not exist; members of an earlier run come up as they were. */
  readonly members: readonly MemberRequest[];
  /** Nobody named them: a fleet that has embedded members gets no others. */
  readonly membersByDefault?: boolean;
  readonly log: Logger;
  /** A script that calls serveMembers(): members run in a thread of it. Absent: in this thread. */
  readonly memberThread?: URL | undefined;
  /** Longest wait for members to be ready; the fleet comes up without them. Default 60 s. */
  readonly readyTimeoutMilliseconds?: number;
  readonly fleet?: Omit<FleetSettings, 'members'>;
}

/** A laptop fleet: a hub and its embedded members in this process. */
export interface Fleet {
  readonly hub: { readonly server: string };
  readonly kubeconfig: string;
  readonly members: readonly { readonly name: string; readonly server: string }[];
  /** Members that were not ready in time, or failed. */
  readonly notReady: readonly NotReady[];
  stop(): Promise<void>;
}

const defaultReadyTimeoutMilliseconds = 60_000;

/** Starts the fleet kept in the data directory, and waits until the hub and every running member are ready, or a member's time is over. @throws {Error} with the remedy */
export const startFleet = async (options: UpOptions): Promise<Fleet> => {
  const dataDirectory = resolve(options.dataDirectory);
  prepareDataDirectory(dataDirectory);
  const previous = readRunState(dataDirectory);
  const kubeconfig = join(dataDirectory, 'kubeconfig');
  /** By cluster: a member that starts again, in this run or the next, is where kubeconfigs say it is. */
  const ports: Record<string, number> = { ...previous?.ports };
  let hub: Hub | undefined;
  let settled = false;
  const embedded = createEmbeddedFleet({
    dataDirectory,
    host: options.memberThread ? createThreadHost(options.memberThread, options.log) : membersInThisThread(options.log),
    preferredPort: (name) => ports[name],
    // Not after each of those that start now: replacing a file waits for the disk.
    onMembers: () => {
      if (settled) record();
    },
    onRemoved: (name) => {
      delete ports[name];
      record(new Set([name]));
    },
  });
  const record = (removed: ReadonlySet<string> = new Set()): void => {
    if (!hub) return;
    const servers = [hub.server, ...inOrder(embedded.running(), options.members)];
    const contexts = servers.map((server) => server.kubeconfig);
    writePrivateFile(kubeconfig, renderKubeconfig(contexts, { text: readText(kubeconfig), removed }));
    for (const { name, url } of servers) ports[name] = Number(new URL(url).port);
    writeRunState(dataDirectory, { ...thisProcess(), startedAt: new Date().toISOString(), kubeconfig, ports });
  };
  hub = await startHub({
    directory: join(dataDirectory, 'hub'),
    store: `lmdb:${join(dataDirectory, 'hub', 'store')}`,
    port: options.port,
    ...(ports['hub'] === undefined ? {} : { preferredPort: ports['hub'] }),
    log: options.log,
    embedded,
    ...(options.fleet ? { fleet: options.fleet } : {}),
  }).catch(async (error: unknown) => {
    await embedded.stop();
    throw error;
  });
  const started = hub;
  const stop = async (): Promise<void> => {
    await started.manager.stop();
    await embedded.stop();
    await started.stop();
  };
  let notReady: readonly NotReady[];
  try {
    record();
    await ensureMembers(started.server.client(userOf(embeddedClusters), 'causeway-up'), options);
    notReady = await embedded.settled(started.manager, options.readyTimeoutMilliseconds ?? defaultReadyTimeoutMilliseconds);
    settled = true;
    record();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    hub: { server: started.server.url },
    kubeconfig,
    members: inOrder(embedded.running(), options.members).map(({ name, url }) => ({ name, server: url })),
    notReady,
    stop,
  };
};

/** As they were asked for, then by name. */
const inOrder = <T extends { readonly name: string }>(running: readonly T[], asked: readonly MemberRequest[]): T[] => {
  const place = new Map(asked.map(({ name }, index) => [name, index]));
  const placeOf = (name: string): number => place.get(name) ?? asked.length;
  return running.toSorted((a, b) => placeOf(a.name) - placeOf(b.name) || (a.name < b.name ? -1 : 1));
};

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const ensureMembers = async (client: Client, options: Pick<UpOptions, 'members' | 'membersByDefault'>): Promise<void> => {
  let { members } = options;
  const resource = client.resource<EmbeddedCluster>(embeddedClustersRef);
  const existing = await resource.list();
  if (existing.items.length > 0) {
    if (options.membersByDefault) return;
    const names = new Set(existing.items.map(({ metadata }) => metadata.name));
    members = members.filter(({ name }) => !names.has(name));
  }
  for (const { name, ...spec } of members) {
    try {
      await resource.create({
        apiVersion: 'fleet.causeway.dev/v1alpha1',
        kind: 'EmbeddedCluster',
        metadata: { name },
        spec: { ...spec, running: true },
      });
    } catch (error) {
      if (!isStatusError(error, 'AlreadyExists')) throw error;
    }
  }
};

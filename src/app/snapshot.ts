import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { errorOfResponse } from '../client/response-error.ts';
import { createHttpTransport } from '../client/http/http-transport.ts';
import type { HttpTransportOptions } from '../client/http/options.ts';
import { stampResourceVersion } from '../apiserver/registry/value-codec.ts';
import type { MaintainableStore } from '../storage/contract.ts';
import { openStore } from '../storage/open.ts';
import type { EtcdAccess } from '../storage/open.ts';
import { inspectSnapshot, migrateStore, receiveSnapshot, restoreSnapshot, saveSnapshot } from '../storage/snapshot/snapshot.ts';
import { requireFinished } from '../storage/snapshot/unfinished.ts';
import type { SnapshotSummary } from '../storage/snapshot/snapshot.ts';

export { inspectSnapshot };
export type { SnapshotSummary };

/** Takes a snapshot from a hub that runs, whatever store it has. @throws {StatusError} Forbidden for anybody but an administrator */
export const saveFromHub = async (hub: HttpTransportOptions, file: string): Promise<SnapshotSummary> => {
  const transport = createHttpTransport(hub);
  try {
    const { status, chunks } = await transport.stream({ method: 'GET', path: '/snapshot' });
    if (status !== 200) throw errorOfResponse(status, await whole(chunks));
    return await receiveSnapshot(chunks, file);
  } finally {
    await transport.close();
  }
};

const whole = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
};

const withStore = async <T>(uri: string, etcd: EtcdAccess, use: (store: MaintainableStore) => Promise<T>): Promise<T> => {
  const store = await openStore(uri, { stamp: stampResourceVersion, etcd, autoCompact: false });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
};

/** Takes a snapshot of a store itself: etcd while hubs use it, LMDB when none does. @throws StoreUnavailableError naming who holds it */
export const saveFromStore = (uri: string, file: string, etcd: EtcdAccess = {}): Promise<SnapshotSummary> => {
  mustExist(uri);
  return withStore(uri, etcd, async (store) => {
    await requireFinished(store, uri);
    return saveSnapshot(store, file);
  });
};

/** Fills an empty store, or one where that was broken off. @throws SnapshotError */
export const restoreToStore = (file: string, uri: string, etcd: EtcdAccess = {}): Promise<SnapshotSummary> =>
  withStore(uri, etcd, (store) => restoreSnapshot(file, store));

/** Copies a store into an empty one, of any driver, or one where that was broken off. @throws SnapshotError, StoreUnavailableError */
export const migrate = (from: string, to: string, etcd: EtcdAccess = {}): Promise<{ readonly objects: number }> => {
  mustExist(from);
  return withStore(from, etcd, async (source) => {
    await requireFinished(source, from);
    return withStore(to, etcd, (target) => migrateStore(source, target));
  });
};

/** Opening an LMDB directory would make an empty store of it. */
const mustExist = (uri: string): void => {
  if (uri.startsWith('lmdb:') && !existsSync(uri.slice('lmdb:'.length))) throw new Error(`store ${uri}: there is none`);
};

/** The store of a fleet's or hub's data directory. Undefined when there is none. */
export const storeOfDataDirectory = (dataDirectory: string): string | undefined =>
  [join(dataDirectory, 'hub', 'store'), join(dataDirectory, 'store')]
    .map((path) => resolve(path))
    .filter((path) => existsSync(path))
    .map((path) => `lmdb:${path}`)[0];

import type { MaintainableStore, Stamp } from './contract.ts';
import type { AutoCompactOptions } from './embedded/auto-compaction.ts';

export interface OpenStoreOptions {
  readonly stamp?: Stamp | undefined;
  /** How long history stays readable. False: only compact() forgets. Default: five minutes. */
  readonly autoCompact?: AutoCompactOptions | false | undefined;
  /** Lmdb: refuse puts beyond this much data and history. */
  readonly maxSizeBytes?: number | undefined;
  /** Etcd: hears once that it has gone back to an earlier state; this process must end. */
  readonly lost?: ((error: Error) => void) | undefined;
  /** Etcd: PEM files and credentials. */
  readonly etcd?: EtcdAccess | undefined;
}

export interface EtcdAccess {
  /** PEM of the authorities that sign the servers' certificates; absent: the system's. */
  readonly ca?: string | Buffer | undefined;
  /** PEM of the client certificate and its key. */
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Asked for each connection and each login, where files that are renewed hold all this. */
  readonly current?: (() => Omit<EtcdAccess, 'current'>) | undefined;
}

/** What a store URI says, without opening anything. */
export type StoreLocation =
  | { readonly driver: 'memory' }
  | { readonly driver: 'lmdb'; readonly path: string }
  | { readonly driver: 'etcd'; readonly endpoints: readonly string[]; readonly prefix: string };

/**
 * Reads `memory:`, `lmdb:PATH` or `etcd:https://HOST:2379,https://HOST:2379/PREFIX`; all endpoints share the prefix, which may be
 * written after any of them and is empty by default. @throws RangeError
 */
export function parseStoreUri(uri: string): StoreLocation {
  const scheme = uri.slice(0, uri.indexOf(':') + 1);
  const rest = uri.slice(scheme.length);
  if (scheme === 'memory:' && rest === '') return { driver: 'memory' };
  if (scheme === 'lmdb:' && rest !== '') return { driver: 'lmdb', path: rest };
  if (scheme === 'etcd:') return { driver: 'etcd', ...parseEndpoints(uri, rest) };
  throw new RangeError(`store ${JSON.stringify(uri)}: must be memory:, lmdb:PATH or etcd:https://HOST:2379[,…][/PREFIX]`);
}

/** Opens the store a URI names; only the driver in use is loaded. @throws RangeError, StoreUnavailableError */
export async function openStore(uri: string, options: OpenStoreOptions = {}): Promise<MaintainableStore> {
  const location = parseStoreUri(uri);
  if (location.driver === 'memory') {
    const { openMemoryStore } = await import('./memory/memory-store.ts');
    return openMemoryStore(options);
  }
  if (location.driver === 'lmdb') {
    const { openLmdbStore } = await import('./lmdb/lmdb-store.ts');
    return openLmdbStore({ ...options, path: location.path });
  }
  const { openEtcdStore } = await import('./etcd/etcd-store.ts');
  return openEtcdStore({ ...options.etcd, ...location, stamp: options.stamp, autoCompact: options.autoCompact, lost: options.lost });
}

function parseEndpoints(uri: string, text: string): { readonly endpoints: readonly string[]; readonly prefix: string } {
  const endpoints: string[] = [];
  let prefix = '';
  for (const part of text.split(',')) {
    const url = URL.canParse(part) ? new URL(part) : undefined;
    if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username) {
      throw new RangeError(`store ${JSON.stringify(uri)}: ${JSON.stringify(part)} must be an http or https URL`);
    }
    endpoints.push(url.origin);
    const path = url.pathname.replace(/\/$/, '');
    if (path !== '') prefix = path;
  }
  return { endpoints, prefix };
}

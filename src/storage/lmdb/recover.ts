import type { Revision } from '../contract.ts';
import { StoreUnavailableError } from '../errors.ts';
import { type Change, changeOf } from './change.ts';
import type { Environment } from './environment.ts';
import { openObject, readRevisionKey, type StoredObject } from './layout.ts';
import { readLogSince } from './write-ahead-log/replay.ts';

/** What an earlier process has made durable in the log and LMDB does not have. @throws StoreUnavailableError when the log is damaged */
export function recoverChanges(
  path: string,
  base: { readonly revision: Revision; get(key: string): StoredObject | undefined },
): { readonly changes: readonly Change[]; readonly revision: Revision } {
  try {
    const { entries, revision } = readLogSince(path, base.revision);
    const states = new Map<string, StoredObject | undefined>();
    const changes = entries.map((entry) => {
      const { key } = entry;
      const change = changeOf(
        { ...entry, object: entry.record && openObject(key, entry.record) },
        states.has(key) ? states.get(key) : base.get(key),
      );
      states.set(key, change.object);
      return change;
    });
    return { changes, revision };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreUnavailableError(`open ${path}: ${reason}: move it away and restore a snapshot`, { cause: error });
  }
}

/** The revisions that LMDB itself shows: the newest, and the one before which history is gone. */
export function storedRevisions(environment: Environment): { readonly revision: Revision; readonly compacted: Revision } {
  const compacted = storedRevision(environment, 'compacted');
  const known = [newestLogged(environment), compacted, storedRevision(environment, 'applied')];
  return { compacted, revision: known.reduce((newest, revision) => (revision > newest ? revision : newest)) };
}

function newestLogged({ log, snapshot }: Environment): Revision {
  for (const key of log.getKeys({ reverse: true, limit: 1, ...snapshot })) return readRevisionKey(key);
  return 0n;
}

function storedRevision({ meta, snapshot }: Environment, name: string): Revision {
  const record = meta.get(Buffer.from(name), snapshot);
  return record ? readRevisionKey(record) : 0n;
}

import type { Revision } from '../contract.ts';
import type { Environment, TableWrite } from './environment.ts';
import { historyKey, openLog, revisionKey } from './layout.ts';

const chunk = 1000;

/**
 * The removal of the oldest log records up to `revision`, and of the versions they replaced; `more` when some are left. The
 * compacted revision is written with every chunk.
 */
export function forgetChunk(
  { log, history, meta, snapshot }: Environment,
  revision: Revision,
): { readonly writes: TableWrite[]; readonly more: boolean } {
  const writes: TableWrite[] = [{ table: meta, key: Buffer.from('compacted'), value: revisionKey(revision) }];
  let removed = 0;
  for (const { key: at, value } of log.getRange({ end: revisionKey(revision + 1n), limit: chunk, ...snapshot })) {
    const { key, previous } = openLog(value);
    writes.push({ table: log, key: at });
    if (previous !== 0n) writes.push({ table: history, key: historyKey(key, previous) });
    removed++;
  }
  return { writes, more: removed === chunk };
}

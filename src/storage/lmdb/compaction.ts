import type { Revision } from '../contract.ts';
import type { Batch } from './batch.ts';
import type { Environment } from './environment.ts';
import { historyKey, openLog, revisionKey } from './layout.ts';

const chunk = 1000;

/**
 * Adds to `batch` the removal of the oldest log records up to `revision`, and of the versions they replaced; answers whether more
 * are left. The compacted revision is written with the first chunk.
 */
export function forgetChunk(environment: Environment, batch: Batch, revision: Revision): boolean {
  const { log, history, meta, snapshot } = environment;
  batch.writes.push({ table: meta, key: Buffer.from('compacted'), value: revisionKey(revision) });
  let removed = 0;
  for (const { key: at, value } of log.getRange({ end: revisionKey(revision + 1n), limit: chunk, ...snapshot })) {
    const { key, previous } = openLog(value);
    batch.writes.push({ table: log, key: at });
    if (previous !== 0n) batch.writes.push({ table: history, key: historyKey(key, previous) });
    removed++;
  }
  return removed === chunk;
}

import type { Change } from './change.ts';
import type { Environment, TableWrite } from './environment.ts';
import { deadlineKey, historyKey, revisionKey, sealHistory, sealLog } from './layout.ts';

const oneByte = Buffer.from([0]);

/** What takes LMDB from the state before `changes` to the one after them. Of a key's states only the last becomes its object. */
export function tableWritesOf(changes: readonly Change[], { objects, history, log, deadlines }: Environment): TableWrite[] {
  const writes: TableWrite[] = [];
  const newest = new Map<string, Change>();
  for (const change of changes) newest.set(change.key, change);
  for (const change of changes) {
    const { key, revision, record, object, previous } = change;
    if (previous) writes.push({ table: history, key: historyKey(key, previous.modRevision), value: sealHistory(previous, revision) });
    if (newest.get(key) === change) writes.push({ table: objects, key: Buffer.from(key), ...(record && { value: record }) });
    const type = object ? 'put' : 'delete';
    writes.push({ table: log, key: revisionKey(revision), value: sealLog({ type, key, previous: previous?.modRevision ?? 0n }) });
    const [before, after] = [previous?.deadline ?? 0, object?.deadline ?? 0];
    if (before === after) continue;
    if (before !== 0) writes.push({ table: deadlines, key: deadlineKey(before, key) });
    if (after !== 0) writes.push({ table: deadlines, key: deadlineKey(after, key), value: oneByte });
  }
  return writes;
}

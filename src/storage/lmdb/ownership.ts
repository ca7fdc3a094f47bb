import { getEnvironmentData, threadId } from 'node:worker_threads';
import type { Database, RootDatabase } from 'lmdb';
import { StoreUnavailableError } from '../errors.ts';
import { incarnationOf } from './incarnation.ts';

/** The key of the ownership table; its version is the owner's epoch, and every commit is conditional on it. */
export const ownerRecord = 'owner';

/** Worker threads of this process that have ended, as environment data of the threads that start later. */
export const endedThreadsKey = 'causeway.dev/ended-threads';

export interface Owner {
  readonly pid: number;
  /** Of worker_threads; 0 is the main thread. */
  readonly thread: number;
  /** Tells this process from a later one with the same pid; empty where the system does not say. */
  readonly incarnation: string;
  /** Grows with every takeover, so that a former owner's commits fail. */
  readonly epoch: number;
}

type OwnershipTable = Database<Buffer, string>;

/**
 * Takes the data directory for this process under LMDB's writer lock, so that of two contenders one wins. An owner that died
 * (kill -9, reboot) is replaced. @throws StoreUnavailableError naming the living owner's pid
 */
export function claimOwnership(root: RootDatabase<Buffer, Buffer>, table: OwnershipTable, path: string): Owner {
  return root.transactionSync(() => {
    const entry = table.getEntry(ownerRecord);
    const previous = entry && readOwner(entry.value);
    if (previous && isAlive(previous)) {
      throw new StoreUnavailableError(`open ${path}: process ${previous.pid} holds this data directory: stop it first, or use another one`);
    }
    const owner = { pid: process.pid, thread: threadId, incarnation: incarnationOf(process.pid), epoch: (entry?.version ?? 0) + 1 };
    void table.put(ownerRecord, Buffer.from(JSON.stringify(owner)), owner.epoch);
    return owner;
  });
}

/** Marks the directory as free; the epoch stays. */
export async function releaseOwnership(table: OwnershipTable, owner: Owner): Promise<void> {
  await table.ifVersion(ownerRecord, owner.epoch, () => {
    void table.put(ownerRecord, Buffer.from('null'), owner.epoch);
  });
}

type Holder = Omit<Owner, 'epoch'>;

function readOwner(record: Buffer): Holder | undefined {
  const owner: unknown = JSON.parse(record.toString());
  if (!owner || typeof owner !== 'object' || !('pid' in owner) || !('incarnation' in owner)) return undefined;
  return { pid: Number(owner.pid), thread: 'thread' in owner ? Number(owner.thread) : 0, incarnation: String(owner.incarnation) };
}

function isAlive({ pid, thread, incarnation }: Holder): boolean {
  const ended: unknown = getEnvironmentData(endedThreadsKey);
  if (pid === process.pid && Array.isArray(ended) && ended.includes(thread)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  return incarnationOf(pid) === incarnation;
}

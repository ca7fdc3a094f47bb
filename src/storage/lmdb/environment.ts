import { chmodSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database, RootDatabase, Transaction } from 'lmdb';
import { open } from 'lmdb';
import { StoreUnavailableError } from '../errors.ts';
import { makeDirectory } from '../make-directory.ts';
import { assertDataFile } from './data-file.ts';
import { CommitTimeout, withinPatience } from './patience.ts';
import { openRecordTable, type RecordTable } from './record-table.ts';
import { claimOwnership, type Owner, ownerRecord, releaseOwnership } from './ownership.ts';

export type Table = Database<Buffer, Buffer>;

/** One change of one table; without `value` the key is removed. */
export interface TableWrite {
  readonly table: Table;
  readonly key: Buffer;
  readonly value?: Buffer;
}

/** The LMDB environment of one data directory, owned by this process until close(). */
export interface Environment {
  readonly path: string;
  readonly objects: Table;
  /** What `objects` holds. */
  readonly records: RecordTable;
  readonly history: Table;
  readonly log: Table;
  readonly deadlines: Table;
  /** Small facts by name: format version, compacted revision. */
  readonly meta: Table;
  /** The committed state that reads see, pinned: it moves on only by refresh(). */
  readonly snapshot: { readonly transaction: Transaction };
  refresh(): void;
  /** Looks whether another process has taken over. @throws StoreUnavailableError when one has, and from then on for ever */
  assertOwned(): void;
  /** @throws StoreUnavailableError when this process may write no more, as far as it knows */
  assertWritable(): void;
  /** Runs `work` while nobody can take over; nothing of LMDB may be written in it. @throws StoreUnavailableError, like assertOwned() */
  whileOwned(work: () => void): void;
  /** All of `writes` in one durable transaction. @throws StoreUnavailableError when nothing of it was written */
  commit(writes: readonly TableWrite[]): Promise<void>;
  /** What tells a writer that the disk did not take a write, and what to do. */
  writeFailure(cause: unknown, reason?: string): StoreUnavailableError;
  /** Bytes of the file, pages to be used again included. */
  fileBytes(): number;
  /** Bytes that the file system can still take from this user. */
  diskFreeBytes(): number;
  /** Bytes of the pages that hold data and history. */
  usedBytes(): number;
  close(): Promise<void>;
}

/** Opens or creates the data directory and takes ownership of it. @throws StoreUnavailableError */
export function openEnvironment(path: string): Environment {
  const root = openRoot(path);
  const table = (name: string): Table => root.openDB<Buffer, Buffer>(name, { encoding: 'binary', keyEncoding: 'binary' });
  const ownership = root.openDB<Buffer, string>('ownership', { encoding: 'binary', useVersions: true });
  let owner: Owner;
  try {
    owner = claimOwnership(root, ownership, path);
  } catch (error) {
    void root.close();
    throw openFailure(path, error);
  }
  // Together: each would be a durable commit of its own where it does not exist yet.
  const tables = root.transactionSync(() => ({
    objects: table('objects'),
    history: table('history'),
    log: table('log'),
    deadlines: table('deadlines'),
    meta: table('meta'),
  }));
  const records = openRecordTable(root, 'objects');
  let transaction = root.useReadTransaction();
  let lost: StoreUnavailableError | undefined;
  const assertHeld = (epoch: number | undefined): void => {
    if (epoch === owner.epoch) return;
    lost ??= new StoreUnavailableError(`write to ${path}: another process has taken over this data directory: stop one of them`);
    throw lost;
  };
  const environment: Environment = {
    path,
    ...tables,
    records,
    get snapshot() {
      return { transaction };
    },
    refresh() {
      transaction.done();
      root.resetReadTxn();
      transaction = root.useReadTransaction();
    },
    assertWritable() {
      if (lost) throw lost;
    },
    assertOwned() {
      root.resetReadTxn();
      assertHeld(ownership.getEntry(ownerRecord)?.version);
    },
    whileOwned(work) {
      root.transactionSync(() => {
        assertHeld(ownership.getEntry(ownerRecord)?.version);
        work();
      });
    },
    async commit(writes) {
      environment.assertWritable();
      let held: boolean;
      try {
        const written = ownership.ifVersion(ownerRecord, owner.epoch, () => {
          for (const { table: target, key, value } of writes) {
            if (value) void target.put(key, value);
            else void target.remove(key);
          }
        });
        held = await withinPatience(written);
      } catch (error) {
        const failure = environment.writeFailure(error, await reasonOf(error));
        if (error instanceof CommitTimeout) lost = failure;
        throw failure;
      }
      if (!held) assertHeld(undefined);
    },
    writeFailure(cause, reason = cause instanceof Error ? cause.message : String(cause)) {
      const found = `${reason}, ${environment.diskFreeBytes()} bytes free on the disk`;
      return new StoreUnavailableError(`write to ${path}: ${found}: free or add disk space, then try again`, { cause });
    },
    fileBytes: () => statSync(join(path, 'data.mdb')).size,
    diskFreeBytes() {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    },
    usedBytes: () => tableBytes(environment.objects) + tableBytes(environment.history) + tableBytes(environment.log),
    async close() {
      transaction.done();
      await releaseOwnership(ownership, owner).catch(() => undefined);
      await root.close();
    },
  };
  environment.refresh();
  return environment;
}

function openRoot(path: string): RootDatabase<Buffer, Buffer> {
  try {
    makeDirectory(path);
    assertDataFile(join(path, 'data.mdb'));
    allocateLockFile(join(path, 'lock.mdb'));
    const options = {
      path,
      noSubdir: false,
      encoding: 'binary',
      keyEncoding: 'binary',
      // Readers and writers' promises must see only what the disk has.
      overlappingSync: false,
      // With batching by event turn a failed commit would also reject a promise that nobody can catch.
      eventTurnBatching: false,
      // Where the map starts; LMDB grows it with the data.
      mapSize: 4 * 2 ** 30,
      // Measured with values of 0.6, 2 and 6 KB: the smallest files; 16 KiB pages write twice as much a commit, 4 KiB pages scatter values.
      pageSize: 8192,
      maxDbs: 8,
      permissionsMode: 0o600,
    } as const;
    const root = open<Buffer, Buffer>(options);
    for (const file of ['data.mdb', 'lock.mdb']) chmodSync(join(path, file), 0o600);
    return root;
  } catch (error) {
    throw openFailure(path, error);
  }
}

/** Names the remedy. */
function openFailure(path: string, error: unknown): StoreUnavailableError {
  if (error instanceof StoreUnavailableError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const remedy = /is damaged|MDB_INVALID|MDB_VERSION|MDB_CORRUPTED|MDB_PAGE_NOTFOUND/.test(reason)
    ? 'move it away and restore a snapshot'
    : 'the directory must be writable for this user, with free space';
  return new StoreUnavailableError(`open ${path}: ${reason}: ${remedy}`, { cause: error });
}

/** LMDB maps the lock file; on a full disk a mapped hole kills the process, while writing it here is a plain error. */
function allocateLockFile(file: string): void {
  try {
    writeFileSync(file, Buffer.alloc(3 * 4096), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/** lmdb rejects a write with a general error whose `commitError` promise has the cause. */
async function reasonOf(error: unknown): Promise<string> {
  if (!(error instanceof Error)) return String(error);
  if (!('commitError' in error)) return error.message;
  const cause: unknown = await Promise.resolve(error.commitError).catch((inner: unknown) => inner);
  return cause instanceof Error ? cause.message : error.message;
}

/** Bytes of the pages that hold a table's data. */
function tableBytes(table: Table): number {
  const stats: Readonly<Record<string, unknown>> = { ...table.getStats() };
  const field = (name: string): number => (typeof stats[name] === 'number' ? stats[name] : 0);
  return field('pageSize') * (field('treeBranchPageCount') + field('treeLeafPageCount') + field('overflowPages'));
}

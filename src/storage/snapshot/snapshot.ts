import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { MaintainableStore, Revision } from '../contract.ts';
import {
  encodeEntry,
  encodeHeader,
  encodeMagic,
  encodeTrailer,
  readSnapshot,
  type SnapshotEntry,
  SnapshotError,
  type SnapshotHeader,
} from './format.ts';
import { filling } from './unfinished.ts';

export interface SnapshotSummary extends SnapshotHeader {
  readonly objects: number;
  /** Of the values alone. */
  readonly valueBytes: number;
}

const pageSize = 500;
const writersAtOnce = 256;

/**
 * The state of a store at one revision as the bytes of a snapshot, while others go on writing; answers what they hold.
 * @throws CompactedError when the store forgets that revision before the end
 */
export async function* streamSnapshot(store: MaintainableStore): AsyncGenerator<Buffer, SnapshotSummary> {
  const header = { driver: store.driver, revision: await store.revision(), createdAt: new Date().toISOString() };
  const hash = createHash('sha256');
  let objects = 0;
  let valueBytes = 0;
  const hashed = (parts: readonly Buffer[]): Buffer => {
    const bytes = Buffer.concat(parts);
    hash.update(bytes);
    return bytes;
  };
  yield hashed([encodeMagic(), encodeHeader(header)]);
  for await (const page of pagesOf(store, header.revision)) {
    objects += page.length;
    for (const { value } of page) valueBytes += value.length;
    if (page.length > 0) yield hashed(page.map(encodeEntry));
  }
  yield hashed([encodeTrailer(objects)]);
  yield hash.digest();
  return { ...header, objects, valueBytes };
}

/**
 * Writes the state of a store at one revision to a file (mode 0600, replaced only when complete and on disk), while others go on
 * writing. @throws CompactedError when the store forgets that revision before the end
 */
export async function saveSnapshot(store: MaintainableStore, file: string): Promise<SnapshotSummary> {
  const stream = streamSnapshot(store);
  // The revision is the one of now, not of when the file is open.
  const beginning = stream.next();
  beginning.catch(() => {});
  let summary: SnapshotSummary | undefined;
  await writeComplete(
    file,
    (async function* () {
      for (let step = await beginning; ; step = await stream.next()) {
        if (step.done) {
          summary = step.value;
          return;
        }
        yield step.value;
      }
    })(),
  );
  return summary!;
}

/** Takes a snapshot's bytes from elsewhere to a file, as saveSnapshot does, and verifies them. @throws SnapshotError when they are not whole */
export async function receiveSnapshot(chunks: AsyncIterable<Uint8Array>, file: string): Promise<SnapshotSummary> {
  return writeComplete(file, chunks, inspectSnapshot);
}

/** The file appears, or is replaced, only when it is complete, on disk and passes the check. */
async function writeComplete<T>(file: string, chunks: AsyncIterable<Uint8Array>, check?: (unfinished: string) => Promise<T>): Promise<T> {
  const unfinished = `${file}.${process.pid}.unfinished`;
  const target = await open(unfinished, 'w', 0o600);
  try {
    for await (const chunk of chunks) await target.write(chunk);
    await target.sync();
    await target.close();
    const checked = (await check?.(unfinished)) as T;
    await rename(unfinished, file);
    await syncDirectory(dirname(file));
    return checked;
  } catch (error) {
    await target.close().catch(() => undefined);
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Reads and verifies a whole snapshot. @throws SnapshotError */
export async function inspectSnapshot(file: string): Promise<SnapshotSummary> {
  let header: SnapshotHeader | undefined;
  let objects = 0;
  let valueBytes = 0;
  for await (const part of readSnapshot(file)) {
    if ('driver' in part) header = part;
    else {
      objects++;
      valueBytes += part.value.length;
    }
  }
  if (!header) throw new SnapshotError(`snapshot ${file}: damaged: no header`);
  return { ...header, objects, valueBytes };
}

/** As etcd's guide to disaster recovery advises for its own snapshots. */
const leastLeap = 1_000_000_000n;

/**
 * Above every revision that was given out since: what the store wrote after the snapshot is lost, but its clients have seen the revisions, and
 * so have those of an earlier restore of the same snapshot. No store makes more than one in a microsecond.
 */
const leapOver = ({ revision, createdAt }: SnapshotSummary, now: number): Revision => {
  const elapsed = BigInt(Math.max(0, now - Date.parse(createdAt))) * 1000n;
  return revision + (elapsed > leastLeap ? elapsed : leastLeap);
};

/**
 * Fills an empty store, of any driver, from a verified snapshot; one where that was broken off is filled anew. Every object gets a new
 * revision far above the snapshot's, so that no revision a client has ever seen comes to mean something else: it is told that its own has
 * expired. Open the store with its stamp. Times to live go on from where they were. `now`: milliseconds since the epoch.
 * @throws SnapshotError, StoreUnavailableError
 */
export async function restoreSnapshot(file: string, store: MaintainableStore, now: number = Date.now()): Promise<SnapshotSummary> {
  const summary = await inspectSnapshot(file);
  await fill(store, leapOver(summary, now), entriesOf(file));
  return summary;
}

/** Copies the state of one store at its newest revision into an empty one, or one where that was broken off, with revisions as after a restore; what is written to `from` meanwhile is not copied. */
export async function migrateStore(from: MaintainableStore, to: MaintainableStore): Promise<{ readonly objects: number }> {
  const revision = await from.revision();
  const objects = await fill(to, revision + leastLeap, flatten(pagesOf(from, revision)));
  return { objects };
}

async function* pagesOf(store: MaintainableStore, revision: Revision): AsyncGenerator<readonly SnapshotEntry[], void> {
  for (let after: string | undefined, remaining = 1; remaining > 0;) {
    const page = await store.list('', { limit: pageSize, revision, ...(after !== undefined && { after }) });
    const left = await store.remainingTtlSeconds(page.items.map((item) => item.key));
    yield page.items.map((item, i) => ({ ...item, ttlSeconds: left[i] }));
    after = page.items.at(-1)?.key;
    remaining = page.remaining;
  }
}

async function* flatten<Item>(pages: AsyncIterable<readonly Item[]>): AsyncGenerator<Item, void> {
  for await (const page of pages) yield* page;
}

async function* entriesOf(file: string): AsyncGenerator<SnapshotEntry, void> {
  for await (const part of readSnapshot(file)) if ('key' in part) yield part;
}

async function fill(store: MaintainableStore, after: Revision, entries: AsyncGenerator<SnapshotEntry, void>): Promise<number> {
  let objects = 0;
  // Concurrent calls of next() queue up inside the generator: each entry goes to one writer.
  const writer = async (): Promise<void> => {
    for (let next = await entries.next(); !next.done; next = await entries.next()) {
      const { key, value, ttlSeconds } = next.value;
      // The last moment of a ttl that has run out while the snapshot lay on disk.
      const ttl = ttlSeconds === undefined ? {} : { ttlSeconds: Math.max(1, ttlSeconds) };
      const result = await store.create(key, Buffer.from(value), ttl);
      if (!result.applied) throw new SnapshotError(`restore into the ${store.driver} store: somebody else writes to it`);
      objects++;
    }
  };
  await filling(store, after, async () => {
    await Promise.all(Array.from({ length: writersAtOnce }, writer));
  });
  return objects;
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  await directory.sync().finally(() => directory.close());
}

import { randomBytes } from 'node:crypto';
import { renameSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Revision } from '../../contract.ts';
import { type Frame, FrameEncoder } from './frame.ts';
import { Segment } from './segment.ts';

/** The log's files in the data directory. Two: one is written while LMDB takes over what the other holds. */
export const segmentNames = ['wal-0', 'wal-1'] as const;

export interface WriteAheadLogPort {
  /** The data directory. */
  readonly path: string;
  /** Runs `work` while nobody else can become the directory's owner. @throws when this process is not the owner */
  whileOwner(work: () => void): void;
  /** Brings LMDB up to everything that was appended, and calls release(). */
  drain(): Promise<void>;
}

/**
 * Where writes become durable: one write to a file whose room is made beforehand. LMDB takes them over later, in larger
 * transactions; then their room is used again. One append at a time.
 */
export class WriteAheadLog {
  readonly #port: WriteAheadLogPort;
  readonly #encoder = new FrameEncoder();
  /** Found in every frame: nobody can write a value that looks like one. */
  readonly #id = randomBytes(8).readBigUInt64BE();
  #active: Segment | undefined;
  #other: Segment | undefined;
  #created: Promise<readonly [Segment, Segment]> | undefined;
  #writing = false;

  constructor(port: WriteAheadLogPort) {
    this.#port = port;
  }

  get sizeBytes(): number {
    return (this.#active?.sizeBytes ?? 0) + (this.#other?.sizeBytes ?? 0);
  }

  /** Resolves when the group would survive power loss. @throws when it would not, and is not in the log */
  async append(group: Frame): Promise<void> {
    await this.#active?.settle();
    const frame = this.#encoder.encode(group, this.#id);
    const segment = await this.#withRoom(frame.length);
    this.#writing = true;
    try {
      await segment.append(frame, group.revision);
    } finally {
      this.#writing = false;
    }
  }

  /** LMDB has everything up to `revision`. */
  release(revision: Revision): void {
    for (const segment of [this.#active, this.#other]) {
      const inUse = this.#writing && segment === this.#active;
      if (segment && !segment.isEmpty && segment.newest <= revision && !inUse) segment.reset();
    }
  }

  /** Begins to make the files, so that the first append finds them; if that fails, it tries again. */
  prepare(): void {
    this.#create().catch(() => undefined);
  }

  async close(): Promise<void> {
    const segments = await this.#created?.catch(() => undefined);
    for (const segment of segments ?? []) segment.close();
  }

  async #withRoom(bytes: number): Promise<Segment> {
    if (!this.#active || !this.#other) [this.#active, this.#other] = await this.#create();
    if (this.#active.fits(bytes)) return this.#active;
    // The other one still holds what LMDB lacks.
    if (!this.#other.isEmpty) {
      if (await this.#active.grow()) return this.#active;
      await this.#port.drain();
    }
    if (!this.#active.isEmpty) [this.#active, this.#other] = [this.#other, this.#active];
    return this.#active;
  }

  async #create(): Promise<readonly [Segment, Segment]> {
    const attempt = (this.#created ??= this.#createSegments());
    try {
      return await attempt;
    } catch (error) {
      if (this.#created === attempt) this.#created = undefined;
      throw error;
    }
  }

  async #createSegments(): Promise<readonly [Segment, Segment]> {
    const unfinished = segmentNames.map((name) => join(this.#port.path, `${name}.new`));
    const first = await Segment.create(unfinished[0]!, this.#id);
    const second = await Segment.create(unfinished[1]!, this.#id).catch((error: unknown) => {
      first.close();
      throw error;
    });
    try {
      this.#port.whileOwner(() => {
        for (const [index, name] of segmentNames.entries()) renameSync(unfinished[index]!, join(this.#port.path, name));
      });
      await syncDirectory(this.#port.path);
      return [first, second];
    } catch (error) {
      first.close();
      second.close();
      throw error;
    }
  }
}

/** Makes new names in a directory survive power loss. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  await directory.sync().finally(() => directory.close());
}

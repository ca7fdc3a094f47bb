import { closeSync, ftruncateSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Revision } from '../../contract.ts';
import { openDurably, writeDurably } from './durable-file.ts';
import { blockBytes } from './frame.ts';

const formatVersion = 1;
/** The header: magic, format version u32, file id u64, CRC-32 of these u32 (0 in files of before it was written). */
const magic = Buffer.from('causeway write-ahead log\n');
const checkedBytes = magic.length + 12;

/** A segment is made with this much room, so that appending changes no metadata of the file system. */
const initialBytes = 2 ** 18;
/** It doubles, up to so much, when LMDB lags behind. */
const largestBytes = 8 * 2 ** 20;

/** One file of the log: a header block, then frames; what lies behind the last one is older or never was acknowledged. */
export class Segment {
  readonly #fd: number;
  #size = initialBytes;
  #position = blockBytes;
  #newest: Revision = 0n;
  /** Whether what an append has left behind may be found whole. */
  #failed = false;

  /** Resolves when the whole file is on the disk; the caller gives it its final name. */
  static async create(path: string, id: bigint): Promise<Segment> {
    const fd = openDurably(path);
    try {
      const file = Buffer.alloc(initialBytes);
      magic.copy(file);
      file.writeUInt32BE(formatVersion, magic.length);
      file.writeBigUInt64BE(id, magic.length + 4);
      file.writeUInt32BE(headerSum(file), checkedBytes);
      await writeDurably(fd, file, 0);
      return new Segment(fd);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  private constructor(fd: number) {
    this.#fd = fd;
  }

  get sizeBytes(): number {
    return this.#size;
  }

  get isEmpty(): boolean {
    return this.#position === blockBytes;
  }

  /** The revision of the last frame. */
  get newest(): Revision {
    return this.#newest;
  }

  fits(bytes: number): boolean {
    return this.#position + bytes <= this.#size;
  }

  /** Doubles the room; answers whether the disk had it. */
  async grow(): Promise<boolean> {
    if (this.#size >= largestBytes) return false;
    try {
      await writeDurably(this.#fd, Buffer.alloc(this.#size), this.#size);
    } catch {
      return false;
    }
    this.#size *= 2;
    return true;
  }

  /** Resolves when the frame is on the disk. A frame that does not fit makes the file larger. @throws when it is not there */
  async append(frame: Buffer, revision: Revision): Promise<void> {
    try {
      await writeDurably(this.#fd, frame, this.#position);
    } catch (error) {
      this.#failed = true;
      await this.settle().catch(() => undefined);
      throw error;
    }
    this.#position += frame.length;
    this.#size = Math.max(this.#size, this.#position);
    this.#newest = revision;
  }

  /** Makes sure that a frame whose append failed is not found later; before another one is appended, to any segment. */
  async settle(): Promise<void> {
    if (!this.#failed) return;
    await writeDurably(this.#fd, Buffer.alloc(blockBytes), this.#position);
    this.#failed = false;
  }

  /** Starts over: LMDB has every frame. */
  reset(): void {
    if (this.#failed) return;
    this.#position = blockBytes;
    if (this.#size <= largestBytes) return;
    ftruncateSync(this.#fd, largestBytes);
    this.#size = largestBytes;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

const headerSum = (file: Buffer): number => crc32(file.subarray(0, checkedBytes));

/** What stands at the start of a segment. @throws Error that says what is wrong */
export function readSegmentHeader(file: Buffer): { readonly id: bigint } {
  if (file.length < blockBytes || !magic.equals(file.subarray(0, magic.length))) throw new Error('no valid header');
  const version = file.readUInt32BE(magic.length);
  if (version !== formatVersion) throw new Error(`format ${version}, this program knows format ${formatVersion}`);
  // With another id none of the frames would be known, and what was acknowledged gone without a word.
  const sum = file.readUInt32BE(checkedBytes);
  if (sum !== 0 && sum !== headerSum(file)) throw new Error('no valid header');
  return { id: file.readBigUInt64BE(magic.length + 4) };
}

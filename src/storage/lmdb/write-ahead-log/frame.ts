import { crc32 } from 'node:zlib';
import type { Revision } from '../../contract.ts';

/**
 * A group of writes in the log, all integers big-endian:
 *   frame   magic u32, bytes of the frame u32, CRC-32 of what follows u32, entries u32, file id u64, base revision u64, revision u64
 *   entry   revision u64, bytes of the key u32, bytes of the record u32 (0: a deletion), key, record (layout: objects)
 * Frames start at multiples of blockBytes, so that writing one touches no block of another.
 */
export interface Frame {
  /** The revision before the group. */
  readonly base: Revision;
  /** The revision after it; it may lie beyond the last entry. */
  readonly revision: Revision;
  readonly entries: readonly LogEntry[];
}

export interface LogEntry {
  readonly revision: Revision;
  readonly key: string;
  /** The new state; absent when the key was deleted. */
  readonly record: Buffer | undefined;
}

/** Not smaller than a sector or a page: what a torn write can garble together. */
export const blockBytes = 4096;

const magic = 0xca05e1a9;
const headerBytes = 40;
const entryBytes = 16;
const checkedFrom = 12;

export const wholeBlocks = (bytes: number): number => Math.ceil(bytes / blockBytes) * blockBytes;

/** Writes frames into one buffer, made once; a frame is overwritten by the next. */
export class FrameEncoder {
  #buffer = Buffer.alloc(0);

  /** The frame for the file with that id, padded to whole blocks. */
  encode({ base, revision, entries }: Frame, id: bigint): Buffer {
    let bound = headerBytes;
    for (const { key, record } of entries) bound += entryBytes + 3 * key.length + (record?.length ?? 0);
    const frame = this.#room(wholeBlocks(bound));
    let end = headerBytes;
    for (const entry of entries) end = writeEntry(frame, end, entry);
    frame.writeUInt32BE(magic, 0);
    frame.writeUInt32BE(end, 4);
    frame.writeUInt32BE(entries.length, 12);
    frame.writeBigUInt64BE(id, 16);
    frame.writeBigUInt64BE(base, 24);
    frame.writeBigUInt64BE(revision, 32);
    frame.writeUInt32BE(crc32(frame.subarray(checkedFrom, end)), 8);
    return frame.fill(0, end, wholeBlocks(end)).subarray(0, wholeBlocks(end));
  }

  #room(bytes: number): Buffer {
    if (bytes > largestKeptBytes) return Buffer.allocUnsafeSlow(bytes);
    if (bytes > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(Math.min(2 * bytes, largestKeptBytes));
    return this.#buffer;
  }
}

/** More than a group of 64 ordinary writes. */
const largestKeptBytes = 2 ** 18;

function writeEntry(frame: Buffer, start: number, { revision, key, record }: LogEntry): number {
  const keyBytes = frame.write(key, start + entryBytes);
  frame.writeBigUInt64BE(revision, start);
  frame.writeUInt32BE(keyBytes, start + 8);
  frame.writeUInt32BE(record?.length ?? 0, start + 12);
  const end = start + entryBytes + keyBytes;
  if (!record) return end;
  frame.set(record, end);
  return end + record.length;
}

/** The frame at an offset of the file with that id, and its size; undefined when there is none that is whole. */
export function decodeFrame(file: Buffer, offset: number, id: bigint): { readonly frame: Frame; readonly bytes: number } | undefined {
  if (offset + headerBytes > file.length || file.readUInt32BE(offset) !== magic) return undefined;
  const bytes = file.readUInt32BE(offset + 4);
  const whole = file.subarray(offset, offset + bytes);
  if (bytes < headerBytes || whole.length < bytes || whole.readBigUInt64BE(16) !== id) return undefined;
  if (whole.readUInt32BE(8) !== crc32(whole.subarray(checkedFrom))) return undefined;
  const entries: LogEntry[] = [];
  for (let at = headerBytes; entries.length < whole.readUInt32BE(12);) {
    const { entry, end } = readEntry(whole, at);
    entries.push(entry);
    at = end;
  }
  return { frame: { base: whole.readBigUInt64BE(24), revision: whole.readBigUInt64BE(32), entries }, bytes };
}

function readEntry(frame: Buffer, start: number): { readonly entry: LogEntry; readonly end: number } {
  const keyEnd = start + entryBytes + frame.readUInt32BE(start + 8);
  const end = keyEnd + frame.readUInt32BE(start + 12);
  // A copy of the record: it outlives the file's contents in memory.
  const record = end === keyEnd ? undefined : Buffer.from(frame.subarray(keyEnd, end));
  return { entry: { revision: frame.readBigUInt64BE(start), key: frame.toString('utf8', start + entryBytes, keyEnd), record }, end };
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Revision } from '../contract.ts';

/**
 * A snapshot file, the same for every driver. All integers are big-endian.
 *
 *   magic    8 bytes "CWSNAP01"
 *   records  u32 length of what follows, then u8 kind and its body:
 *            kind 1, first and once: JSON {"driver", "revision" (decimal string), "createdAt" (RFC 3339)}
 *            kind 2, per object in key order: u64 modRevision, f64 seconds left to live (0: no ttl), u32 key length, key (UTF-8), value
 *            kind 3, last and once: JSON {"objects": number}
 *   digest   32 bytes SHA-256 of everything before
 *
 * Values are stored as readers saw them, stamped with their modRevision.
 */
const magic = Buffer.from('CWSNAP01');
const digestLength = 32;
const largestRecord = 256 * 2 ** 20;
const kinds = { header: 1, object: 2, trailer: 3 } as const;

export interface SnapshotHeader {
  readonly driver: string;
  /** The revision of the store that the snapshot shows. */
  readonly revision: Revision;
  readonly createdAt: string;
}

export interface SnapshotEntry {
  readonly key: string;
  readonly value: Uint8Array;
  readonly modRevision: Revision;
  readonly ttlSeconds: number | undefined;
}

/** The file is not a whole, undamaged snapshot, or the store cannot take it. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

export const encodeMagic = (): Buffer => magic;

export const encodeHeader = ({ driver, revision, createdAt }: SnapshotHeader): Buffer =>
  record(kinds.header, Buffer.from(JSON.stringify({ driver, revision: String(revision), createdAt })));

export const encodeTrailer = (objects: number): Buffer => record(kinds.trailer, Buffer.from(JSON.stringify({ objects })));

export function encodeEntry({ key, value, modRevision, ttlSeconds = 0 }: SnapshotEntry): Buffer {
  const keyBytes = Buffer.from(key);
  const body = Buffer.alloc(20);
  body.writeBigUInt64BE(modRevision, 0);
  body.writeDoubleBE(ttlSeconds, 8);
  body.writeUInt32BE(keyBytes.length, 16);
  return record(kinds.object, body, keyBytes, value);
}

function record(kind: number, ...body: Uint8Array[]): Buffer {
  const start = Buffer.alloc(5);
  start.writeUInt32BE(1 + body.reduce((sum, part) => sum + part.length, 0), 0);
  start[4] = kind;
  return Buffer.concat([start, ...body]);
}

/**
 * Reads a snapshot's header, then its objects one by one; the checksum and the number of objects are verified at the end, so act on
 * what was read only after the last. @throws SnapshotError
 */
export async function* readSnapshot(file: string): AsyncGenerator<SnapshotHeader | SnapshotEntry, void> {
  const chunks = createReadStream(file, { highWaterMark: 2 ** 20 });
  const source: AsyncIterator<Buffer> = chunks[Symbol.asyncIterator]();
  const hash = createHash('sha256');
  let buffered: Buffer = Buffer.alloc(0);
  const take = async (length: number): Promise<Buffer> => {
    while (buffered.length < length) {
      const { value, done } = await source.next();
      if (done) throw new SnapshotError(`snapshot ${file}: cut off`);
      buffered = buffered.length === 0 ? value : Buffer.concat([buffered, value]);
    }
    const bytes = buffered.subarray(0, length);
    buffered = buffered.subarray(length);
    return bytes;
  };
  const hashed = async (length: number): Promise<Buffer> => {
    const buffer = await take(length);
    hash.update(buffer);
    return buffer;
  };
  try {
    if (!(await hashed(magic.length)).equals(magic)) throw new SnapshotError(`snapshot ${file}: not a snapshot of this program`);
    let objects = 0;
    for (let kind = 0; kind !== kinds.trailer;) {
      const length = (await hashed(4)).readUInt32BE(0);
      if (length === 0 || length > largestRecord) throw new SnapshotError(`snapshot ${file}: damaged: record of ${length} bytes`);
      const whole = await hashed(length);
      const body = whole.subarray(1);
      kind = whole[0] ?? 0;
      if (kind === kinds.header) yield decodeHeader(body);
      else if (kind === kinds.object) {
        objects++;
        yield decodeEntry(body);
      } else if (kind !== kinds.trailer) throw new SnapshotError(`snapshot ${file}: damaged: record of kind ${kind}`);
      else if (readJson(body)['objects'] !== objects) throw new SnapshotError(`snapshot ${file}: damaged: ${objects} objects found`);
    }
    if (!(await take(digestLength)).equals(hash.digest())) throw new SnapshotError(`snapshot ${file}: damaged: its checksum differs`);
  } finally {
    chunks.destroy();
  }
}

function decodeHeader(body: Buffer): SnapshotHeader {
  const { driver, revision, createdAt } = readJson(body);
  return { driver: String(driver), revision: BigInt(String(revision)), createdAt: String(createdAt) };
}

function decodeEntry(body: Buffer): SnapshotEntry {
  const valueAt = 20 + body.readUInt32BE(16);
  const ttlSeconds = body.readDoubleBE(8);
  return {
    key: body.toString('utf8', 20, valueAt),
    value: body.subarray(valueAt),
    modRevision: body.readBigUInt64BE(0),
    ttlSeconds: ttlSeconds === 0 ? undefined : ttlSeconds,
  };
}

function readJson(body: Buffer): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(body.toString());
  return value !== null && typeof value === 'object' ? { ...value } : {};
}

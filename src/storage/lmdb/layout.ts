import type { KeyValue, Revision } from '../contract.ts';
import { sharedCopy } from './shared-copy.ts';

/**
 * How records look on disk, all integers big-endian:
 *   objects    key                    → modRevision u64, deadline f64, value        the current state
 *   history    key NUL modRevision u64 → supersededAt u64, then an object record     what updates and deletes replaced
 *   log        revision u64           → previous modRevision u64, type u8, key       what happened, in order
 *   deadlines  deadline u64 key       → one zero byte                               keys with a ttl, by milliseconds since the epoch
 *   meta       'compacted', 'applied' → revision u64                                before which history is gone; through which the log is in LMDB
 */
export const formatVersion = 1;

const objectHeader = 16;

/** A version of a key as the store works with it; `deadline` is 0 without a ttl. */
export interface StoredObject extends KeyValue {
  readonly deadline: number;
}

/** What the record of an object says, but for its key. */
export type StoredRecord = Omit<StoredObject, 'key'>;

export interface LogRecord {
  readonly type: 'put' | 'delete';
  readonly key: string;
  /** 0n when the key did not exist before. */
  readonly previous: Revision;
}

/** Room for an object record around a copy of `value`; the revision is filled in by the caller through `sealObject`. */
export function sealObject(value: Uint8Array, revision: Revision, deadline: number): Buffer {
  const record = Buffer.allocUnsafe(objectHeader + value.length);
  record.writeBigUInt64BE(revision, 0);
  record.writeDoubleBE(deadline, 8);
  record.set(value, objectHeader);
  return record;
}

export function openObject(key: string, record: Buffer): StoredObject {
  return {
    key,
    value: record.subarray(objectHeader),
    modRevision: record.readBigUInt64BE(0),
    deadline: record.readDoubleBE(8),
  };
}

/** A record in memory that is about to be used again. */
export const openRecord = (memory: Buffer): StoredRecord => ({
  value: sharedCopy(memory, objectHeader, memory.length),
  modRevision: memory.readBigUInt64BE(0),
  deadline: memory.readDoubleBE(8),
});

export function historyKey(key: string, revision: Revision): Buffer {
  const length = Buffer.byteLength(key);
  const buffer = Buffer.allocUnsafe(length + 9);
  buffer.write(key, 0);
  buffer[length] = 0;
  buffer.writeBigUInt64BE(revision, length + 1);
  return buffer;
}

export function readHistoryKey(buffer: Buffer): { readonly key: string; readonly revision: Revision } {
  const end = buffer.length - 9;
  return { key: buffer.toString('utf8', 0, end), revision: buffer.readBigUInt64BE(end + 1) };
}

export function sealHistory(object: StoredObject, supersededAt: Revision): Buffer {
  const record = Buffer.allocUnsafe(8 + objectHeader + object.value.length);
  record.writeBigUInt64BE(supersededAt, 0);
  record.writeBigUInt64BE(object.modRevision, 8);
  record.writeDoubleBE(object.deadline, 16);
  record.set(object.value, 8 + objectHeader);
  return record;
}

export const supersededAt = (record: Buffer): Revision => record.readBigUInt64BE(0);
export const openHistory = (key: string, record: Buffer): StoredObject => openObject(key, record.subarray(8));

export function revisionKey(revision: Revision): Buffer {
  const buffer = Buffer.allocUnsafe(8);
  buffer.writeBigUInt64BE(revision);
  return buffer;
}

export const readRevisionKey = (buffer: Buffer): Revision => buffer.readBigUInt64BE(0);

export function sealLog({ type, key, previous }: LogRecord): Buffer {
  const record = Buffer.allocUnsafe(9 + Buffer.byteLength(key));
  record.writeBigUInt64BE(previous, 0);
  record[8] = type === 'put' ? 1 : 0;
  record.write(key, 9);
  return record;
}

export function openLog(record: Buffer): LogRecord {
  return { type: record[8] === 1 ? 'put' : 'delete', key: record.toString('utf8', 9), previous: record.readBigUInt64BE(0) };
}

export function deadlineKey(deadline: number, key: string): Buffer {
  const buffer = Buffer.allocUnsafe(8 + Buffer.byteLength(key));
  buffer.writeBigUInt64BE(BigInt(Math.ceil(deadline)));
  buffer.write(key, 8);
  return buffer;
}

export function readDeadlineKey(buffer: Buffer): { readonly deadline: number; readonly key: string } {
  return { deadline: Number(buffer.readBigUInt64BE(0)), key: buffer.toString('utf8', 8) };
}

import type { Database, RootDatabase } from 'lmdb';
import { openRecord, type StoredRecord } from './layout.ts';

/** Object records by key, for reading: LMDB's binding would copy every key and value into memory of its own, zeroed first. */
export type RecordTable = Database<StoredRecord, string | Uint8Array>;

const keyEncoder = {
  writeKey(key: string | Uint8Array, target: Buffer, position: number): number {
    if (typeof key === 'string') return position + target.write(key, position);
    target.set(key, position);
    return position + key.length;
  },
  readKey: (source: Buffer, start: number, end: number): string => source.toString('utf8', start, end),
};

/** The bytes it is given are those of the next record after the next read: what it opens is a copy. */
const recordDecoder = {
  encode(): never {
    throw new TypeError('records are written as bytes');
  },
  decode: (memory: Buffer): StoredRecord => openRecord(memory),
};

/** Opens the table that `objects` is written through. */
export const openRecordTable = (root: RootDatabase<Buffer, Buffer>, name: string): RecordTable =>
  root.openDB<StoredRecord, string | Uint8Array>(name, { encoder: recordDecoder, keyEncoder } as Parameters<typeof root.openDB>[1]);

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const magic = 0xbeefc0de;
const noPage = 2n ** 64n - 1n;

/** Offsets inside a meta page of LMDB's data file, 64-bit little-endian layout. */
const offset = { magic: 24, pageSize: 48, freeRoot: 88, mainRoot: 136, transaction: 152, end: 168 };

/**
 * Looks whether a file can be LMDB's, because LMDB maps whatever it is given and dies with the process on reading garbage. An
 * absent or empty file is fine: it will be created. @throws Error that says what is wrong
 */
export function assertDataFile(file: string): void {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  try {
    const { size } = fstatSync(fd);
    if (size > 0) assertRoots(newestMeta(fd, file), { file, size });
  } finally {
    closeSync(fd);
  }
}

function newestMeta(fd: number, file: string): Buffer {
  const first = readMeta(fd, 0);
  // The page size stands in both meta pages; with the first one torn, try the sizes that LMDB supports.
  const sizes = first ? [first.readUInt32LE(offset.pageSize)] : [4096, 8192, 16384, 32768, 65536];
  const second = sizes.map((size) => readMeta(fd, size)).find((meta) => meta !== undefined);
  const newer = first && second && second.readBigUInt64LE(offset.transaction) > first.readBigUInt64LE(offset.transaction) ? second : first;
  const meta = newer ?? second;
  if (!meta) throw new Error(`${file} is damaged or not a store: no valid header`);
  return meta;
}

function readMeta(fd: number, position: number): Buffer | undefined {
  const meta = Buffer.alloc(offset.end);
  const read = readSync(fd, meta, 0, meta.length, position);
  return read === meta.length && meta.readUInt32LE(offset.magic) === magic ? meta : undefined;
}

function assertRoots(meta: Buffer, { file, size }: { readonly file: string; readonly size: number }): void {
  const pageSize = BigInt(meta.readUInt32LE(offset.pageSize));
  for (const root of [meta.readBigUInt64LE(offset.freeRoot), meta.readBigUInt64LE(offset.mainRoot)]) {
    if (root !== noPage && (root + 1n) * pageSize > BigInt(size)) throw new Error(`${file} is damaged: cut off at ${size} bytes`);
  }
}

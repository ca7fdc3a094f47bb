import { readSync } from 'node:fs';

/** LMDB's file format, as far as finding one's way in it goes: version 2 (lmdb-js), 64-bit, little-endian. */

/** A tree of pages, as the tree above it (or a meta page) describes it. */
export interface TreeRecord {
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly entries: number;
  /** `noPage` when the tree is empty. */
  readonly root: number;
}

export interface Meta {
  readonly pageSize: number;
  /** The number of the transaction that wrote it. */
  readonly transaction: bigint;
  /** That of free pages, and that of tables. */
  readonly trees: readonly [TreeRecord, TreeRecord];
}

export interface PageHead {
  readonly number: number;
  readonly kind: 'branch' | 'leaf' | 'overflow' | 'other';
  readonly nodes: number;
}

export const noPage = Number(2n ** 64n - 1n);
export const headBytes = 24;

const magic = 0xbeefc0de;
const metaOffset = { magic: 24, pageSize: 48, free: 48, main: 96, transaction: 152, end: 168 };
const branchFlag = 1;
const leafFlag = 2;
const overflowFlag = 4;
/** Of a leaf's entry: its value is in pages of its own; it describes a tree. */
const bigFlag = 1;
const treeFlag = 2;

/** Undefined when there is no meta page at that position. */
export function readMeta(fd: number, position: number): Meta | undefined {
  const bytes = Buffer.alloc(metaOffset.end);
  const read = readSync(fd, bytes, 0, bytes.length, position);
  if (read < bytes.length || bytes.readUInt32LE(metaOffset.magic) !== magic) return undefined;
  return {
    pageSize: bytes.readUInt32LE(metaOffset.pageSize),
    transaction: bytes.readBigUInt64LE(metaOffset.transaction),
    trees: [readTree(bytes, metaOffset.free), readTree(bytes, metaOffset.main)],
  };
}

function readTree(bytes: Buffer, at: number): TreeRecord {
  const number = (offset: number): number => Number(bytes.readBigUInt64LE(at + offset));
  return { depth: bytes.readUInt16LE(at + 6), branchPages: number(8), leafPages: number(16), entries: number(32), root: number(40) };
}

/** Of a page's first `headBytes`. */
export function readHead(page: Buffer): PageHead {
  const flags = page.readUInt16LE(18);
  const kinds = [[branchFlag, 'branch'] as const, [leafFlag, 'leaf'] as const, [overflowFlag, 'overflow'] as const];
  const kind = kinds.find(([flag]) => (flags & flag) !== 0)?.[1] ?? 'other';
  return { number: Number(page.readBigUInt64LE(0)), kind, nodes: page.readUInt16LE(20) >> 1 };
}

export function readHeadAt(fd: number, position: number): PageHead {
  const bytes = Buffer.alloc(headBytes);
  readSync(fd, bytes, 0, headBytes, position);
  return readHead(bytes);
}

/** Undefined when the page is the one that is wanted. */
export function problemOfPage(found: PageHead, wanted: Pick<PageHead, 'number' | 'kind'>): string | undefined {
  return found.number === wanted.number && found.kind === wanted.kind
    ? undefined
    : `page ${wanted.number} is no ${wanted.kind} of this store`;
}

/** Pages below a branch. @throws RangeError when it cannot be one */
export function childrenOf(page: Buffer): number[] {
  return nodesOf(page).map((at) => page.readUInt16LE(at) + page.readUInt16LE(at + 2) * 2 ** 16 + page.readUInt16LE(at + 4) * 2 ** 32);
}

/** What a leaf's entries lead to: trees, and the first pages of large values. @throws RangeError when it cannot be a leaf */
export function linksIn(page: Buffer): { readonly trees: readonly TreeRecord[]; readonly values: readonly number[] } {
  const trees: TreeRecord[] = [];
  const values: number[] = [];
  for (const at of nodesOf(page)) {
    const flags = page.readUInt16LE(at + 4);
    const data = at + 8 + page.readUInt16LE(at + 6);
    if ((flags & treeFlag) !== 0) trees.push(readTree(page, data));
    else if ((flags & bigFlag) !== 0) values.push(Number(page.readBigUInt64LE(data)));
  }
  return { trees, values };
}

/** Where they begin. */
function nodesOf(page: Buffer): number[] {
  return Array.from({ length: readHead(page).nodes }, (_, i) => headBytes + page.readUInt16LE(headBytes + 2 * i));
}

import { closeSync, fstatSync, openSync } from 'node:fs';
import { noPage, readMeta, type Meta } from './pages.ts';
import { assertTree } from './tree-check.ts';

/**
 * Looks whether a file is LMDB's and its trees are whole: LMDB maps whatever it is given, leaves out without a word what was below a page
 * that is lost, or dies with the process. An absent or empty file is fine: it will be created. Another process may be writing the file.
 * @throws Error that says what is wrong
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
    if (size > 0) assertWhole({ fd, size, file });
  } finally {
    closeSync(fd);
  }
}

function assertWhole({ fd, size, file }: { readonly fd: number; readonly size: number; readonly file: string }): void {
  const { transaction, pageSize, trees } = newestMeta(fd, file);
  try {
    for (const { root } of trees) if (root !== noPage && (root + 1) * pageSize > size) throw new RangeError(`cut off at ${size} bytes`);
    for (const tree of trees) assertTree({ fd, pageSize }, tree);
  } catch (error) {
    // LMDB uses a page again only once it has committed without it: then somebody holds the store, and the pages say nothing.
    if (!(error instanceof RangeError)) throw error;
    if (newestMeta(fd, file).transaction !== transaction) return;
    throw new Error(`${file} is damaged: ${error.message}`, { cause: error });
  }
}

/** No crash leaves one of the two in pieces, and without the newer one the last transaction would be gone. */
function newestMeta(fd: number, file: string): Meta {
  const first = readMeta(fd, 0);
  const second = first && readMeta(fd, first.pageSize);
  if (!first || !second) throw new Error(`${file} is damaged or not a store: no valid header`);
  return second.transaction > first.transaction ? second : first;
}

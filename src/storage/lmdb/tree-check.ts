import { readSync } from 'node:fs';
import { childrenOf, headBytes, linksIn, noPage, problemOfPage, readHead, readHeadAt, type TreeRecord } from './pages.ts';

export interface PagedFile {
  readonly fd: number;
  readonly pageSize: number;
}

/**
 * Leaves of one tree, so that a start does not take much longer however large the store is: of more than the first only the heads are read,
 * and so large values are not followed; of more than the second nothing is.
 */
const mostWhole = 2 ** 13;
const mostHeads = 2 ** 17;

/**
 * Walks over a tree and the trees in it: every page is where and what its parent says, and together they hold as many entries as the tree is
 * to have. What is in the entries is not looked at. @throws RangeError that says what is wrong
 */
export function assertTree(file: PagedFile, { root, depth, leafPages, entries }: TreeRecord): void {
  if (root === noPage) return;
  let found = 0;
  const walk = (number: number, height: number): void => {
    const isLeaf = height === 1;
    if (isLeaf && leafPages > mostHeads) return;
    const isWhole = !isLeaf || leafPages <= mostWhole;
    const page = readPage(file, number, isWhole ? file.pageSize : headBytes);
    const head = readHead(page);
    assertFitting(problemOfPage(head, { number, kind: isLeaf ? 'leaf' : 'branch' }));
    if (!isLeaf) return childrenOf(page).forEach((child) => walk(child, height - 1));
    found += head.nodes;
    if (!isWhole) return;
    const { trees, values } = linksIn(page);
    for (const tree of trees) assertTree(file, tree);
    for (const value of values)
      assertFitting(problemOfPage(readHeadAt(file.fd, value * file.pageSize), { number: value, kind: 'overflow' }));
  };
  walk(root, depth);
  if (leafPages <= mostHeads && found !== entries) assertFitting(`${found} of ${entries} entries of a tree are there`);
}

function assertFitting(problem: string | undefined): void {
  if (problem !== undefined) throw new RangeError(problem);
}

/** @throws RangeError beyond the end of the file */
function readPage({ fd, pageSize }: PagedFile, number: number, length: number): Buffer {
  const page = Buffer.allocUnsafe(length);
  if (readSync(fd, page, 0, length, number * pageSize) < length) throw new RangeError(`page ${number} is cut off`);
  return page;
}

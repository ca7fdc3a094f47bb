import { randomInt } from 'node:crypto';

/**
 * Numbers that no two writes have in common, of this process or of others on the same etcd: 31 random bits, 32 that count. They fit where
 * a revision does.
 */
export function createWriteMarks(): () => bigint {
  const own = BigInt(randomInt(2 ** 31)) << 32n;
  let writes = 0n;
  return () => own | (writes++ & 0xffff_ffffn);
}

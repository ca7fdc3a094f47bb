/** One contender for seats: `votes` is its weight, `seats` what it already holds. */
export interface Party {
  readonly name: string;
  readonly votes: number;
  readonly seats?: number;
}

/** 32-bit FNV-1a of a string's UTF-8 bytes. */
export const fnv32a = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
};

/** Names ascending when the object's uid hashes to an even number (or is empty), else descending: remainders do not pile up on one cluster. */
export const nameOrderFor = (uid: string | undefined): ((a: string, b: string) => number) => {
  const descending = uid !== undefined && uid !== '' && fnv32a(uid) % 2 === 1;
  return (a, b) => (a === b ? 0 : a < b === descending ? 1 : -1);
};

interface Contender {
  readonly name: string;
  readonly votes: bigint;
  seats: number;
}

/**
 * Divides seats exactly by the Webster/Sainte-Laguë method: each next seat goes to the highest votes/(2·seats+1); ties go to fewer seats,
 * then by name. Parties without votes get nothing. Returns seats by name, in the parties' order; their sum is the seats given plus `seats`.
 */
export const allocateSeats = (
  seats: number,
  parties: readonly Party[],
  nameOrder: (a: string, b: string) => number,
): Map<string, number> => {
  const result = new Map(parties.map(({ name, seats: held }) => [name, held ?? 0]));
  const heap = parties
    .filter(({ votes }) => votes > 0)
    .map(({ name, votes, seats: held }): Contender => ({ name, votes: BigInt(Math.trunc(votes)), seats: held ?? 0 }));
  if (heap.length === 0) return result;
  const before = (a: Contender, b: Contender): boolean => {
    const left = a.votes * BigInt(2 * b.seats + 1);
    const right = b.votes * BigInt(2 * a.seats + 1);
    if (left !== right) return left > right;
    return a.seats === b.seats ? nameOrder(a.name, b.name) < 0 : a.seats < b.seats;
  };
  for (let index = (heap.length >> 1) - 1; index >= 0; index--) siftDown(heap, index, before);
  for (let given = 0; given < seats; given++) {
    heap[0]!.seats++;
    siftDown(heap, 0, before);
  }
  for (const { name, seats: held } of heap) result.set(name, held);
  return result;
};

const siftDown = <T>(heap: T[], from: number, before: (a: T, b: T) => boolean): void => {
  const item = heap[from]!;
  let index = from;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
    if (!before(heap[child]!, item)) break;
    heap[index] = heap[child]!;
    index = child;
  }
  heap[index] = item;
};

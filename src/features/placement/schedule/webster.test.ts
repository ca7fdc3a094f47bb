import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocateSeats, fnv32a, nameOrderFor } from './webster.ts';

const ascending = nameOrderFor(undefined);

test.each([
  ['equal weights, remainder to the first names', 7, { a: 1, b: 1, c: 1 }, { a: 3, b: 2, c: 2 }],
  ['2:1', 9, { a: 2, b: 1 }, { a: 6, b: 3 }],
  ['2:1 with a remainder', 10, { a: 2, b: 1 }, { a: 7, b: 3 }],
  ['the textbook example', 7, { a: 53000, b: 24000, c: 23000 }, { a: 3, b: 2, c: 2 }],
  ['zero votes get nothing', 3, { a: 0, b: 1 }, { a: 0, b: 3 }],
  ['nothing to give', 0, { a: 1, b: 1 }, { a: 0, b: 0 }],
])('%s', (_name, seats, votes, expected) => {
  const parties = Object.entries(votes).map(([name, count]) => ({ name, votes: count }));
  expect(Object.fromEntries(allocateSeats(seats, parties, ascending))).toEqual(expected);
});

test('an odd uid hash turns the order of names in a tie', () => {
  const odd = ['x', 'y', 'z', 'w'].find((uid) => fnv32a(uid) % 2 === 1)!;
  const parties = [
    { name: 'a', votes: 1 },
    { name: 'b', votes: 1 },
  ];
  expect(Object.fromEntries(allocateSeats(1, parties, nameOrderFor(odd)))).toEqual({ a: 0, b: 1 });
});

test('fnv32a is the published hash', () => {
  expect(fnv32a('')).toBe(0x811c9dc5);
  expect(fnv32a('foobar')).toBe(0xbf9cf968);
});

test('every seat is given, and more votes never get fewer seats', () => {
  fc.assert(
    fc.property(fc.nat(500), fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 12 }), (seats, weights) => {
      const parties = weights.map((votes, index) => ({ name: `c${String(index).padStart(2, '0')}`, votes }));
      const result = allocateSeats(seats, parties, ascending);
      expect([...result.values()].reduce((sum, value) => sum + value, 0)).toBe(seats);
      for (const a of parties)
        for (const b of parties) if (a.votes > b.votes) expect(result.get(a.name)!).toBeGreaterThanOrEqual(result.get(b.name)!);
    }),
  );
});

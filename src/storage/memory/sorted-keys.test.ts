import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedKeys } from './sorted-keys.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const key = fc.string({ unit: fc.constantFrom('/', 'a', 'b', '\uFFFD', '\u{1F600}'), minLength: 1, maxLength: 6 });

test('keys come in UTF-8 order below a prefix, from a start, whatever was added and removed', () => {
  fc.assert(
    fc.property(fc.array(key), fc.array(key), fc.tuple(key, key), (added, removed, [prefix, from]) => {
      const keys = new SortedKeys();
      for (const each of added) keys.add(each);
      for (const each of removed) keys.delete(each);
      const expected = [...new Set(added)]
        .filter((each) => !removed.includes(each) && each.startsWith(prefix) && bytes(each).compare(bytes(from)) >= 0)
        .toSorted((a, b) => bytes(a).compare(bytes(b)));
      expect([...keys.below(prefix, from)]).toEqual(expected);
    }),
  );
});

test('many keys stay in order across chunks', () => {
  const keys = new SortedKeys();
  const all = Array.from({ length: 5000 }, (_, i) => `/k/${String((i * 7919) % 5000).padStart(5, '0')}`);
  for (const each of all) keys.add(each);
  for (const each of all.slice(0, 4000)) keys.delete(each);
  expect([...keys.below('/k/', '')]).toEqual(all.slice(4000).toSorted());
});

import { expect, test } from 'vitest';
import { BodyPieces } from './body-pieces.ts';

test.each([
  [1, 1_000_000, 20_000],
  [16_384, 192, 192],
  [1, 3, 3],
])('pieces of %i bytes are all there, in few pieces', (size, count, most) => {
  const pieces = new BodyPieces();
  const hash = (at: number): number => (at * 31) % 251;
  for (let i = 0; i < count; i++) pieces.push(Buffer.alloc(size, hash(i)));
  expect(pieces.bytes).toBe(size * count);
  const taken = pieces.take();
  expect(taken.length).toBeLessThanOrEqual(most);
  const whole = Buffer.concat(taken);
  expect(whole.length).toBe(size * count);
  for (let i = 0; i < count; i += 97) expect(whole[i * size]).toBe(hash(i));
  expect([pieces.bytes, pieces.take()]).toEqual([0, []]);
});

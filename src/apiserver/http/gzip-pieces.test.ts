import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gzipPieces } from './gzip-pieces.ts';

test('the pieces come out as one stream, whatever their lengths, first time and again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 6 }), async (pieces) => {
      for (let round = 0; round < 2; round++)
        expect(gunzipSync(Buffer.concat(await gzipPieces(pieces))).equals(Buffer.concat(pieces))).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('a piece that comes again is not compressed again', async () => {
  const piece = Buffer.alloc(100_000, 'abc');
  const [first, second] = [await gzipPieces([piece]), await gzipPieces([Buffer.from('x'), piece])];
  expect(second[2]).toBe(first[1]);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonLines } from './json-lines.ts';
import { TransportError } from './transport.ts';

async function* pieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}
const read = async (chunks: AsyncIterable<Uint8Array>): Promise<unknown[]> => {
  const values: unknown[] = [];
  for await (const value of jsonLines(chunks)) values.push(value);
  return values;
};

test('values come out whole however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ type: fc.string(), object: fc.json() })), fc.array(fc.nat(40)), async (values, sizes) => {
      const bytes = Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
      expect(await read(pieces(bytes, sizes))).toEqual(values);
    }),
    { numRuns: 100 },
  );
});

test('a frame that the end of the stream cuts short is a transport error', async () => {
  await expect(read(pieces(Buffer.from('{"a":1}\n{"b":'), []))).rejects.toThrow(TransportError);
});

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockBytes, decodeFrame, type Frame, FrameEncoder } from './frame.ts';

const id = 0x1234_5678_9abc_def0n;
const entry = fc.record({
  revision: fc.bigInt({ min: 1n, max: 2n ** 63n }),
  key: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  record: fc.option(
    fc.uint8Array({ minLength: 1, maxLength: 5000 }).map((bytes) => Buffer.from(bytes)),
    { nil: undefined },
  ),
});
const frames = fc.record({
  base: fc.bigInt({ min: 0n, max: 2n ** 63n }),
  revision: fc.bigInt({ min: 0n, max: 2n ** 63n }),
  entries: fc.array(entry, { maxLength: 5 }),
});

test('a frame comes back whole, from wherever it stands, and fills whole blocks', () => {
  const encoder = new FrameEncoder();
  fc.assert(
    fc.property(frames, fc.nat(3), (frame, blocks) => {
      const bytes = encoder.encode(frame, id);
      expect(bytes.length % blockBytes).toBe(0);
      const file = Buffer.concat([Buffer.alloc(blocks * blockBytes, 'older'), bytes, Buffer.alloc(blockBytes, 'older')]);
      const decoded = decodeFrame(file, blocks * blockBytes, id);
      expect(decoded?.frame).toEqual(frame);
      expect(Math.ceil((decoded?.bytes ?? 0) / blockBytes) * blockBytes).toBe(bytes.length);
    }),
  );
});

test('a frame of another file, or one that is cut off, is none', () => {
  const frame: Frame = { base: 1n, revision: 2n, entries: [{ revision: 2n, key: '/k', record: Buffer.alloc(9000, 'v') }] };
  const bytes = Buffer.from(new FrameEncoder().encode(frame, id));
  expect(decodeFrame(bytes, 0, id)?.frame).toEqual(frame);
  expect(decodeFrame(bytes, 0, id + 1n)).toBeUndefined();
  expect(decodeFrame(bytes, blockBytes, id)).toBeUndefined();
  for (const end of [0, 1, 39, 40, blockBytes, 9000]) expect(decodeFrame(bytes.subarray(0, end), 0, id)).toBeUndefined();
});

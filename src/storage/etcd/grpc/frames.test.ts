import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameReader, frame } from './frames.ts';

test('messages come out as they went in, wherever the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.infiniteStream(fc.integer({ min: 1, max: 17 })), (messages, sizes) => {
      const bytes = Buffer.concat(messages.map(frame));
      const reader = new FrameReader();
      const read: Buffer[] = [];
      for (let at = 0; at < bytes.length;) {
        const size = sizes.next().value ?? 1;
        read.push(...reader.push(bytes.subarray(at, at + size)));
        at += size;
      }
      expect(read.map((message) => message.toString('hex'))).toEqual(messages.map((message) => Buffer.from(message).toString('hex')));
    }),
  );
});

test('a compressed message is refused', () => {
  expect(() => new FrameReader().push(Buffer.from([1, 0, 0, 0, 0]))).toThrow(/compressed/);
});

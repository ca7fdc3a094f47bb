import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientFrame } from '../testing/web-socket-client.ts';
import { opcode } from './frame.ts';
import { FrameReader } from './frame-reader.ts';

const readerOf = () => {
  const messages: string[] = [];
  const controls: [number, string][] = [];
  let text = '';
  const reader = new FrameReader({
    data: (piece, { begins, ends }) => {
      text = begins ? piece.toString('latin1') : text + piece.toString('latin1');
      if (ends) messages.push(text);
    },
    control: (code, payload) => controls.push([code, payload.toString('latin1')]),
  });
  return { reader, messages, controls };
};

const inPieces = (bytes: Buffer, sizes: readonly number[]): Buffer[] => {
  const pieces: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    // Of their own: they are unmasked in place.
    pieces.push(Buffer.from(bytes.subarray(at, at + size)));
    at += size;
  }
  return pieces;
};

test('messages arrive whole however they are cut into frames and pieces, with pings in between', () => {
  const message = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (sent, sizes) => {
      const frames = sent.flatMap((parts) =>
        parts.flatMap((part, at) => [
          clientFrame(at === 0 ? opcode.binary : opcode.continuation, Buffer.from(part), at === parts.length - 1),
          clientFrame(opcode.ping, Buffer.from('hi')),
        ]),
      );
      const { reader, messages, controls } = readerOf();
      for (const piece of inPieces(Buffer.concat(frames), sizes)) expect(reader.push(piece)).toBeUndefined();
      expect(messages).toEqual(sent.map((parts) => Buffer.concat(parts).toString('latin1')));
      expect(controls).toEqual(sent.flat().map(() => [opcode.ping, 'hi']));
    }),
  );
});

test.each<[string, string, number]>([
  ['not masked', '8102aabb', 1002],
  ['reserved bits', 'f18200000000', 1002],
  ['an unknown opcode', '838200000000', 1002],
  ['a ping of 126 bytes', '89fe007e00000000', 1002],
  ['a ping in parts', '098000000000', 1002],
  ['a continuation of nothing', '808000000000', 1002],
  ['longer than can be counted', '82ffffffffffffffffff00000000', 1009],
])('a frame that is %s ends the connection', (_, hex, code) => {
  expect(readerOf().reader.push(Buffer.from(hex, 'hex'))).toBe(code);
});

test('any bytes are read or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      expect([undefined, 1002, 1009]).toContain(readerOf().reader.push(Buffer.from(bytes)));
    }),
  );
});

import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { headBytes } from './frames.ts';
import { Output } from './output.ts';
import { Http2Stream } from './stream.ts';
import { bufferBytes } from './write-buffers.ts';

/** A socket that takes a write when it is told to. */
const slowSocket = () => {
  const writes: number[] = [];
  let taken: (() => void) | undefined;
  const socket = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      writes.push(chunk.length);
      taken = done;
    },
  });
  const take = (): void => {
    const done = taken;
    taken = undefined;
    done?.();
  };
  return { socket, writes, take };
};

test('a slow socket is given one write at a time, and no more than a buffer of it', async () => {
  const { socket, writes, take } = slowSocket();
  const output = new Output(socket, { ended: () => undefined, flooded: () => undefined });
  output.window = 2 ** 30;
  const streams = Array.from({ length: 20 }, (_, i) => {
    const connection = { sendHeaders: () => undefined, wake: (each: Http2Stream) => output.wake(each), consumed: () => undefined };
    const head = { method: 'GET', path: '/', headers: {}, length: undefined, isTooLarge: false };
    const options = { head, connection: { ...connection, reset: () => undefined }, receiveWindow: 0, remoteEnded: true };
    return new Http2Stream(2 * i + 1, { ...options, sendWindow: 2 ** 30 });
  });
  for (const stream of streams) stream.write(Buffer.alloc(100_000));
  await expect.poll(() => writes.length).toBeGreaterThan(0);
  expect(socket.writableLength).toBeLessThanOrEqual(bufferBytes);
  while (socket.writableLength > 0) {
    expect(socket.writableLength).toBe(writes.at(-1));
    take();
  }
  expect(Math.max(...writes)).toBeLessThanOrEqual(bufferBytes);
  // A hundred thousand bytes are seven frames.
  expect(writes.reduce((sum, bytes) => sum + bytes, 0)).toBe(20 * (100_000 + 7 * headBytes));
});

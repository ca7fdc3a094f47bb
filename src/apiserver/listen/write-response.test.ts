import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { sinkOf, writeBody } from './write-response.ts';

test('a long answer to a slow reader leaves no listeners behind', async () => {
  const stream = new PassThrough({ highWaterMark: 8 });
  const before = stream.listenerCount('close');
  const pieces = Array.from({ length: 50 }, (_, i) => Buffer.from(`piece ${i} `));
  const writing = writeBody(stream, pieces);
  const read: Buffer[] = [];
  let most = 0;
  for await (const chunk of stream) {
    read.push(chunk as Buffer);
    most = Math.max(most, stream.listenerCount('close') - before);
  }
  await writing;
  expect(Buffer.concat(read).equals(Buffer.concat(pieces))).toBe(true);
  // The reader of this test has some of its own.
  expect(most).toBeLessThan(5);
});

test('whoever waits for a reader that goes away does not wait for ever', async () => {
  const stream = new PassThrough({ highWaterMark: 1 });
  const sink = sinkOf(stream);
  expect(sink.write(Buffer.from('abc'))).toBe(false);
  const waiting = sink.drained();
  stream.destroy();
  await waiting;
  expect(sink.write(Buffer.from('more'))).toBe(true);
});

import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { ApiResponse, ResponseSink } from '../http/exchange.ts';

/** The sink of a streaming answer over any writable. */
export const sinkOf = (stream: Writable): ResponseSink => ({
  write: (chunk) => (stream.destroyed || stream.writableEnded ? true : stream.write(chunk)),
  async drained() {
    if (stream.destroyed || !stream.writableNeedDrain) return;
    await Promise.race([once(stream, 'drain'), once(stream, 'close')]).catch(() => {});
  },
  end: () => {
    if (!stream.destroyed && !stream.writableEnded) stream.end();
  },
  get buffered() {
    return stream.writableLength;
  },
});

/** Writes the body, corked when it comes in pieces. Resolves when a stream has ended. */
export const writeBody = async (stream: Writable, body: ApiResponse['body']): Promise<void> => {
  if (typeof body === 'function') {
    await body(sinkOf(stream));
    return;
  }
  if (body instanceof Uint8Array) {
    stream.end(body);
    return;
  }
  stream.cork();
  for (const piece of body) stream.write(piece);
  stream.end();
  stream.uncork();
};

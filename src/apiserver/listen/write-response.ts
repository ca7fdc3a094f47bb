import { type Drainable, drained } from '../http/drained.ts';
import type { ApiResponse, ResponseSink, Trailers } from '../http/exchange.ts';

/** What an answer is written to. */
export interface AnswerStream extends Drainable {
  readonly writableEnded: boolean;
  /** Bytes that were written and not yet sent. */
  readonly writableLength: number;
  write(chunk: Uint8Array): boolean;
  end(chunk?: Uint8Array): unknown;
  addTrailers?(trailers: Trailers): unknown;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/** The sink of a streaming answer over any stream. */
export const sinkOf = (stream: AnswerStream): ResponseSink => {
  let written = 0;
  return {
    write: (chunk) => {
      if (stream.destroyed || stream.writableEnded) return true;
      written += chunk.length;
      return stream.write(chunk);
    },
    get written() {
      return written;
    },
    drained: () => drained(stream),
    end: (trailers) => {
      if (stream.destroyed || stream.writableEnded) return;
      if (trailers) stream.addTrailers?.(trailers);
      stream.end();
    },
    cut: () => void stream.destroy(),
    get isGone() {
      return stream.destroyed;
    },
    get buffered() {
      return stream.writableLength;
    },
  };
};

/** Writes the body, pieces no faster than the client reads them. Resolves when all was handed over, or the client has gone. */
export const writeBody = async (stream: AnswerStream, body: ApiResponse['body']): Promise<void> => {
  if (body instanceof Uint8Array) {
    stream.end(body);
    return;
  }
  const sink = sinkOf(stream);
  if (typeof body === 'function') {
    await body(sink);
    return;
  }
  for (const piece of body) if (!sink.write(piece)) await sink.drained();
  sink.end();
};

import type { MessagePort } from 'node:worker_threads';
import { TransportError } from '../../client/transport.ts';
import type { Transport, TransportRequest } from '../../client/transport.ts';
import { createChunkQueue, type StreamQueue } from '../stream-queue.ts';
import type { PortAnswer, PortHead, PortQuestion } from './messages.ts';
import { createOutbox, ownBytes } from './outbox.ts';

interface Waiting {
  readonly resolve: (head: PortHead) => void;
  readonly reject: (error: unknown) => void;
}

/** A transport to an API server in another thread (serve-port.ts). When that thread ends, what waits fails with TransportError. */
export const createPortTransport = (port: MessagePort): Transport => {
  const send = createOutbox<PortQuestion>(port);
  const waiting = new Map<number, Waiting>();
  const streams = new Map<number, StreamQueue<Uint8Array>>();
  let lastId = 0;
  let closed: TransportError | undefined;

  const take = (answer: PortAnswer): void => {
    const { id } = answer;
    if ('status' in answer) waiting.get(id)?.resolve(answer);
    else if ('chunk' in answer) streams.get(id)?.sink.write(answer.chunk);
    else if ('end' in answer) streams.get(id)?.end();
    else {
      const error = new TransportError(answer.failure);
      waiting.get(id)?.reject(error);
      streams.get(id)?.fail(error);
    }
  };
  const close = (error: TransportError): void => {
    closed ??= error;
    for (const { reject } of waiting.values()) reject(error);
    for (const queue of streams.values()) queue.fail(error);
    port.close();
  };
  port.on('message', (answers: readonly PortAnswer[]) => {
    for (const answer of answers) take(answer);
  });
  port.on('close', () => close(new TransportError('the thread of this member has ended')));

  /** Answers with the head, or whole; an abort ends the waiting at once, and the work on the other side. */
  const ask = async (id: number, request: TransportRequest, stream: boolean): Promise<PortHead> => {
    const { method, path, headers, body, signal } = request;
    if (closed) throw new TransportError(`${method} ${path}: ${closed.message}`, { cause: closed });
    signal?.throwIfAborted();
    let onAbort: (() => void) | undefined;
    try {
      return await new Promise<PortHead>((resolve, reject) => {
        onAbort = () => {
          send({ id, abort: true });
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        waiting.set(id, { resolve, reject });
        send({ id, method, path, headers, body: body instanceof Uint8Array ? ownBytes(body) : body, stream });
      });
    } finally {
      waiting.delete(id);
      if (onAbort) signal?.removeEventListener('abort', onAbort);
    }
  };

  /** The chunks of a stream, acknowledged as they are read; leaving early ends it on the other side too. */
  async function* chunksOf(
    id: number,
    queue: StreamQueue<Uint8Array>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array, void, void> {
    const onAbort = (): void => queue.end();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) queue.end();
    try {
      for await (const chunk of queue.items()) {
        send({ id, read: chunk.length });
        yield chunk;
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      streams.delete(id);
      send({ id, abort: true });
    }
  }

  return {
    request: async (request) => {
      const { status, headers, body = new Uint8Array() } = await ask(++lastId, request, false);
      return { status, headers, body };
    },
    stream: async (request) => {
      const id = ++lastId;
      const queue = createChunkQueue();
      streams.set(id, queue);
      try {
        const { status, headers } = await ask(id, request, true);
        return { status, headers, chunks: chunksOf(id, queue, request.signal) };
      } catch (error) {
        streams.delete(id);
        throw error;
      }
    },
    close: () => {
      close(new TransportError('the transport is closed'));
      return Promise.resolve();
    },
  };
};

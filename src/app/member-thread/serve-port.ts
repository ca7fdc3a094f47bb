import type { MessagePort } from 'node:worker_threads';
import type { Transport, TransportRequest } from '../../client/transport.ts';
import type { PortAnswer, PortQuestion, PortRequest } from './messages.ts';
import { createOutbox, ownBytes } from './outbox.ts';

/** Bytes of one stream that may be on their way before its reader has to have read some. */
const window = 1024 * 1024;

interface Open {
  readonly abort: AbortController;
  /** Bytes sent and not yet read. */
  unread: number;
  /** Called when there is room again, or the request is over. */
  wake: () => void;
}

/** Answers what a port transport asks, with the answers of `transport`, until the port closes. */
export const servePort = (port: MessagePort, transport: Transport): void => {
  const send = createOutbox<PortAnswer>(port);
  const open = new Map<number, Open>();

  const room = async (state: Open): Promise<void> => {
    while (state.unread > window && !state.abort.signal.aborted) await new Promise<void>((resolve) => (state.wake = resolve));
  };
  const answer = async ({ id, stream, method, path, headers, body }: PortRequest, state: Open): Promise<void> => {
    const { signal } = state.abort;
    const request: TransportRequest = { method, path, signal, ...(headers ? { headers } : {}), ...(body === undefined ? {} : { body }) };
    if (!stream) {
      const whole = await transport.request(request);
      send({ id, status: whole.status, headers: whole.headers, body: ownBytes(whole.body) });
      return;
    }
    const { status, headers: responseHeaders, chunks } = await transport.stream(request);
    send({ id, status, headers: responseHeaders });
    for await (const chunk of chunks) {
      state.unread += chunk.length;
      send({ id, chunk: ownBytes(chunk) });
      await room(state);
    }
    send({ id, end: true });
  };
  const begin = async (request: PortRequest): Promise<void> => {
    const state: Open = { abort: new AbortController(), unread: 0, wake: () => {} };
    open.set(request.id, state);
    try {
      await answer(request, state);
    } catch (error) {
      send({ id: request.id, failure: error instanceof Error ? error.message : String(error) });
    } finally {
      open.delete(request.id);
    }
  };
  const take = (question: PortQuestion): void => {
    if ('method' in question) {
      void begin(question);
      return;
    }
    const state = open.get(question.id);
    if (!state) return;
    if ('abort' in question) state.abort.abort();
    else state.unread -= question.read;
    state.wake();
  };
  port.on('message', (questions: readonly PortQuestion[]) => {
    for (const question of questions) take(question);
  });
  port.on('close', () => {
    for (const { abort, wake } of open.values()) {
      abort.abort();
      wake();
    }
  });
};

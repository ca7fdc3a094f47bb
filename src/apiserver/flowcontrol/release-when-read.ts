import { type ApiRequest, type ApiResponse, inProcess, sizeOf } from '../http/exchange.ts';
import type { FlowTurn } from './contract.ts';

/** What is smaller is out of our hands at once. */
const heldBytes = 64 * 1024;
/** Slow readers keep their seats no longer than this: what they hold is bounded elsewhere, and others shall not wait for them. */
const longestMilliseconds = 1000;

/** Ends the turn of an answered request: a large answer's when it has been read. */
export const releaseWhenRead = (turn: FlowTurn, request: ApiRequest, { body, status }: ApiResponse): void => {
  const size = sizeOf(body);
  const known = status === 200 ? size : undefined;
  // The signal last: one that nobody asks for costs nothing.
  if (size < heldBytes || request.remoteAddress === inProcess || request.signal.aborted) {
    turn.release(known);
    return;
  }
  const { signal } = request;
  const release = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', release);
    turn.release(known);
  };
  const timer = setTimeout(release, longestMilliseconds);
  timer.unref();
  signal.addEventListener('abort', release, { once: true });
};

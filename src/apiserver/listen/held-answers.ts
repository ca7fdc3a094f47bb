import type { Writable } from 'node:stream';
import { tooManyRequests } from '../../apimachinery/errors/api-errors.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { errorResponse } from '../http/respond.ts';

/** Answers smaller than this are not counted. */
const countedBytes = 2 ** 20;
/** Smaller pieces are rarely shared: they are counted as they are. */
const sharedBytes = 4096;
/** A reader that takes nothing for so long gives way when the room is needed. */
const stalledMilliseconds = 5000;

interface Holder {
  readonly stream: Writable;
  readonly pieces: readonly Uint8Array[];
  written: number;
  movedAt: number;
}

/** Answers that are on their way to their readers, bounded in what they make the server hold. */
export interface HeldAnswers {
  /** The answer, or 429 where there is no room for it. What it holds is held until the stream closes. */
  admit(response: ApiResponse, stream: Writable): ApiResponse;
}

/** `maxBytes`: of all answers that wait for their readers; memory that several share, as kept lists do, counts once. */
export const createHeldAnswers = (maxBytes: number, now: () => number): HeldAnswers => {
  const holders = new Set<Holder>();
  const shares = new Map<ArrayBufferLike, number>();
  let held = 0;

  const count = (pieces: readonly Uint8Array[], by: 1 | -1): void => {
    for (const { buffer, length } of pieces) {
      if (length < sharedBytes) {
        held += by * length;
        continue;
      }
      const before = shares.get(buffer) ?? 0;
      if (before + by === 0) shares.delete(buffer);
      else shares.set(buffer, before + by);
      if (before === 0 || before + by === 0) held += by * buffer.byteLength;
    }
  };
  const release = (holder: Holder): void => {
    if (holders.delete(holder)) count(holder.pieces, -1);
  };
  /** Whoever has taken nothing for a while is cut off, the longest waiting first. */
  const makeRoom = (): void => {
    for (const holder of holders) {
      if (held <= maxBytes) return;
      const left = holder.stream.writableLength;
      if (left !== holder.written) Object.assign(holder, { written: left, movedAt: now() });
      else if (now() - holder.movedAt >= stalledMilliseconds) {
        release(holder);
        holder.stream.destroy();
      }
    }
  };

  return {
    admit(response, stream) {
      const { body } = response;
      if (typeof body === 'function') return response;
      const pieces = body instanceof Uint8Array ? [body] : body;
      if (pieces.reduce((sum, { length }) => sum + length, 0) < countedBytes) return response;
      const holder: Holder = { stream, pieces, written: -1, movedAt: now() };
      count(pieces, 1);
      if (held > maxBytes) makeRoom();
      // An answer alone always has room.
      if (held > maxBytes && holders.size > 0) {
        count(pieces, -1);
        return errorResponse(tooManyRequests('Too many requests, please try again later.', 1));
      }
      holders.add(holder);
      stream.once('close', () => release(holder));
      return response;
    },
  };
};

import { tooManyRequests } from '../../apimachinery/errors/api-errors.ts';
import { type ApiResponse, sizeOf } from '../http/exchange.ts';
import { errorResponse } from '../http/respond.ts';
import type { AnswerStream } from './write-response.ts';

/** Answers smaller than this are not counted: there are as many as streams, and those are limited. */
const countedBytes = 16 * 1024;
/** Smaller pieces are rarely shared: they are counted as they are. */
const sharedBytes = 4096;
/** A reader that takes nothing for so long gives way when the room is needed. */
const stalledMilliseconds = 5000;

interface Holder {
  readonly stream: AnswerStream;
  readonly reader: string;
  readonly pieces: readonly Uint8Array[];
  /** Bytes, shared ones too. */
  readonly size: number;
  written: number;
  movedAt: number;
}

export interface Admission {
  /** The answer, or 429 where there is no room for it. */
  readonly response: ApiResponse;
  /** Bytes of it that nobody else holds already. */
  readonly own: number;
}

/** Answers that are on their way to their readers, bounded in what they make the server hold. */
export interface HeldAnswers {
  /** What the answer holds is held until the stream closes. */
  admit(response: ApiResponse, stream: AnswerStream): Admission;
  /** Whether an answer with so many bytes of its own would be admitted. */
  hasRoom(bytes: number, reader: string): boolean;
}

/**
 * `maxBytes`: of all answers that wait for their readers; memory that several share, as kept lists do, counts once. When there is no room
 * left, whoever takes nothing gives way, then whoever holds the most gives way to one who holds much less.
 */
export const createHeldAnswers = (maxBytes: number, now: () => number): HeldAnswers => {
  const holders = new Set<Holder>();
  const shares = new Map<ArrayBufferLike, number>();
  const readers = new Map<string, number>();
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
  const add = (holder: Holder, by: 1 | -1): void => {
    count(holder.pieces, by);
    const bytes = (readers.get(holder.reader) ?? 0) + by * holder.size;
    if (bytes > 0) readers.set(holder.reader, bytes);
    else readers.delete(holder.reader);
  };
  const release = (holder: Holder): void => {
    if (holders.delete(holder)) add(holder, -1);
  };
  const cut = (holder: Holder): void => {
    release(holder);
    holder.stream.destroy();
  };
  /** Whoever has taken nothing for a while is cut off, the longest waiting first. */
  const cutStalled = (bytes: number): void => {
    for (const holder of holders) {
      if (held + bytes <= maxBytes) return;
      const left = holder.stream.writableLength;
      if (left !== holder.written) Object.assign(holder, { written: left, movedAt: now() });
      else if (now() - holder.movedAt >= stalledMilliseconds) cut(holder);
    }
  };
  /** Whoever holds more than twice as much as this reader is cut off, the longest waiting first. */
  const cutLargest = (bytes: number, reader: string): void => {
    const isLarge = (other: string): boolean => other !== reader && (readers.get(other) ?? 0) > 2 * (readers.get(reader) ?? 0);
    for (const holder of holders) {
      if (held + bytes <= maxBytes) return;
      if (isLarge(holder.reader)) cut(holder);
    }
  };
  /** Whether there is room for so much more; others may have to give way. An answer alone always has room. */
  const makeRoom = (bytes: number, reader: string): boolean => {
    if (held + bytes > maxBytes) cutStalled(bytes);
    if (held + bytes > maxBytes) cutLargest(bytes, reader);
    return held + bytes <= maxBytes || holders.size === 0;
  };

  return {
    admit(response, stream) {
      const { body } = response;
      if (typeof body === 'function') return { response, own: 0 };
      const size = sizeOf(body);
      if (size < countedBytes) return { response, own: size };
      const pieces = body instanceof Uint8Array ? [body] : body;
      const holder: Holder = { stream, reader: response.reader ?? '', pieces, size, written: -1, movedAt: now() };
      const before = held;
      add(holder, 1);
      const own = held - before;
      if (!makeRoom(0, holder.reader)) {
        add(holder, -1);
        return { response: errorResponse(tooManyRequests('Too many requests, please try again later.', 1)), own };
      }
      holders.add(holder);
      stream.once('close', () => release(holder));
      return { response, own };
    },
    hasRoom: makeRoom,
  };
};

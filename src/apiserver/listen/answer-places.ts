import { tooManyRequests } from '../../apimachinery/errors/api-errors.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import { RoundRobin } from '../scheduling/round-robin.ts';
import type { HeldAnswers } from './held-answers.ts';
import type { AnswerStream } from './write-response.ts';

/** Where one request's answer is made, when it may be large, and from where it goes to its reader. */
export interface AnswerPlace {
  /**
   * Waits until there is room to make an answer. Equal texts `what` ask for the same. `isWanted` is asked when there is.
   * @throws StatusError TooManyRequests when nobody could hold it until it is read
   */
  enter(what: string, reader: string, isWanted: () => boolean): Promise<void>;
  /** The answer, or 429 where there is no room to hold it. The place is free. */
  admit(response: ApiResponse, stream: AnswerStream): ApiResponse;
  /** There is no answer: the place is free. */
  leave(): void;
}

export interface AnswerPlaces {
  /** `owner`: owners take turns. */
  place(owner: unknown): AnswerPlace;
}

/** What makes one answer larger than another. */
export const answerKey = ({ url, headers }: Pick<ApiRequest, 'url' | 'headers'>): string =>
  `${url} ${headers['accept'] ?? ''} ${headers['accept-encoding'] ?? ''}`;

/** As long as none like it was made. */
const unknownBytes = 16 * 2 ** 20;
/** Smaller ones need no place, and are not remembered. */
const largeBytes = 2 ** 20;
/** Whoever waits for somebody else, such as an aggregated server, keeps a place no longer than this. */
const longestMilliseconds = 1000;
const maxRemembered = 1000;
/** Longer texts are as if they were never seen. */
const maxTextLength = 500;

/**
 * Large answers are made a few at a time, `maxBytes` of them together, and none that could not be held: making thousands at once to refuse
 * most of them leaves more memory behind than is freed in time.
 */
export const createAnswerPlaces = (held: HeldAnswers, maxBytes: number): AnswerPlaces => {
  /** What the last one like it added to what is held; 0 when it is small. */
  const sizes = new Map<string, number>();
  const waiting = new RoundRobin<() => void>();
  let making = 0;

  const remember = (what: string, bytes: number): void => {
    if (what.length > maxTextLength) return;
    sizes.delete(what);
    sizes.set(what, bytes < largeBytes ? 0 : bytes);
    const [oldest] = sizes.keys();
    if (sizes.size > maxRemembered && oldest !== undefined) sizes.delete(oldest);
  };
  const hasPlace = (): boolean => making < maxBytes;
  const next = (): void => {
    while (waiting.size > 0 && hasPlace()) waiting.shift()?.();
  };

  return {
    place(owner) {
      let taken = 0;
      let entered: string | undefined;
      let timer: NodeJS.Timeout | undefined;
      const leave = (): void => {
        clearTimeout(timer);
        making -= taken;
        taken = 0;
        next();
      };
      const take = (bytes: number): void => {
        taken = bytes;
        making += bytes;
        timer = setTimeout(leave, longestMilliseconds);
        timer.unref();
      };
      return {
        async enter(what, reader, isWanted) {
          entered = what;
          const bytes = sizes.get(what) ?? unknownBytes;
          if (bytes === 0) return;
          if (waiting.size > 0 || (making > 0 && making + bytes > maxBytes))
            await new Promise<void>((resolve) => {
              const turn = (): void => {
                take(bytes);
                resolve();
              };
              waiting.push(turn, owner);
            });
          else take(bytes);
          if (isWanted() && held.hasRoom(sizes.get(what) ?? 0, reader)) return;
          leave();
          throw tooManyRequests('Too many requests, please try again later.', 1);
        },
        admit(response, stream) {
          const admission = held.admit(response, stream);
          if (entered !== undefined && response.status === 200) remember(entered, admission.own);
          leave();
          return admission.response;
        },
        leave,
      };
    },
  };
};

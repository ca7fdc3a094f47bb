import { ConnectionError, errorCode } from './frames.ts';

/** So many streams of one connection may be reset in the period: a client that does it on and on wants work that nobody reads. */
const maxResets = 1000;
/** So many frames may ask for nothing. */
const maxIdleFrames = 10_000;
const periodMilliseconds = 10_000;
/** With more streams open, or reset lately, a new one is served only once it is known that it was not reset in the same breath. */
const manyStreams = 100;
const manyResets = 20;

/** Ends connections whose streams end as fast as they begin, by the client's word or for its mistakes (CVE-2023-44487, CVE-2025-8671). */
export class AbuseLimit {
  #resets = 0;
  #idleFrames = 0;
  #since = 0;

  /** @throws ConnectionError */
  reset(): void {
    this.#beginPeriod();
    if (++this.#resets > maxResets) throw new ConnectionError(errorCode.enhanceYourCalm, 'too many streams were reset');
  }

  /** @throws ConnectionError */
  idleFrame(): void {
    this.#beginPeriod();
    if (++this.#idleFrames > maxIdleFrames) throw new ConnectionError(errorCode.enhanceYourCalm, 'too many frames that ask for nothing');
  }

  isSuspicious(openStreams: number): boolean {
    return openStreams > manyStreams || this.#resets > manyResets;
  }

  #beginPeriod(): void {
    const now = Date.now();
    if (now - this.#since <= periodMilliseconds) return;
    this.#since = now;
    this.#resets = 0;
    this.#idleFrames = 0;
  }
}

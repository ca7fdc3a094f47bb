/** What an Expirer needs of a store. */
export interface ExpirySource {
  /** The earliest deadline (milliseconds since the epoch), undefined when no key has one. */
  nextDeadline(): number | undefined;
  /** Deletes keys whose deadline is at or before `now`. */
  expire(now: number): Promise<void>;
}

/** Looks at the clock at least this often while something waits, so that a moved clock is noticed. */
const longestNapMilliseconds = 1000;

/** Deletes keys when their time to live has passed. One timer; none while no key has a deadline. */
export class Expirer {
  readonly #source: ExpirySource;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #wakesAt = Infinity;
  #running = false;
  #closed = false;

  constructor(source: ExpirySource, now: () => number) {
    this.#source = source;
    this.#now = now;
  }

  /** Looks for the earliest deadline: call once at open, and when it may have changed. */
  schedule(): void {
    if (this.#closed || this.#running) return;
    this.#sleepUntil(this.#source.nextDeadline() ?? Infinity);
  }

  /** Call when a key was given a deadline: cheaper than schedule(). */
  notice(deadline: number): void {
    if (!this.#closed && !this.#running && deadline < this.#wakesAt) this.#sleepUntil(deadline);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #sleepUntil(deadline: number): void {
    clearTimeout(this.#timer);
    this.#wakesAt = Infinity;
    if (deadline === Infinity) return;
    const nap = Math.min(Math.max(deadline - this.#now(), 1), longestNapMilliseconds);
    this.#wakesAt = this.#now() + nap;
    this.#timer = setTimeout(() => void this.#run(), nap).unref();
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      await this.#source.expire(this.#now());
    } catch {
      // The store is full or closing: the keys stay due and the next turn tries again.
    } finally {
      this.#running = false;
      this.schedule();
    }
  }
}

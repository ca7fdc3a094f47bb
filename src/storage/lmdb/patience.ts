/** How long an answer is waited for: this many ticks of this length. */
export interface Patience {
  readonly ticks: number;
  readonly tickMilliseconds: number;
}

/** Half a minute. */
export const commitPatience: Patience = { ticks: 30, tickMilliseconds: 1000 };

/** LMDB says nothing at all when its environment is beyond repair. What it may still do later rules out any further write. */
export class CommitTimeout extends Error {
  override readonly name = 'CommitTimeout';
  constructor({ ticks, tickMilliseconds }: Patience) {
    super(`no answer for ${(ticks * tickMilliseconds) / 1000} s, the outcome is unknown until a restart`);
  }
}

/**
 * The work's outcome, or CommitTimeout. Only time in which this process runs counts: a process that was stopped, or whose machine slept,
 * finds its timers expired before it can look for answers, and such a stop is one tick however long it was.
 */
export const withinPatience = <Result>(work: Promise<Result>, patience: Patience = commitPatience): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined;
  let left = patience.ticks;
  const overdue = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      left -= 1;
      if (left <= 0) reject(new CommitTimeout(patience));
    }, patience.tickMilliseconds).unref();
  });
  return Promise.race([work, overdue]).finally(() => clearInterval(timer));
};

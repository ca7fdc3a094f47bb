import type { Store } from '../../storage/contract.ts';
import { toHubEvent, type HubEvent } from './watch-event.ts';

export interface CatchUpOptions {
  readonly store: Store;
  /** The hub's prefix. */
  readonly prefix: string;
  readonly after: bigint;
  readonly signal: AbortSignal;
  /** Resolves when the watch is over, whoever ends it. */
  readonly ended: Promise<void>;
  /** Takes events that the hub no longer has. */
  readonly events: (events: readonly HubEvent[]) => Promise<void>;
  /** Tries to join the hub from a revision. */
  readonly join: (from: bigint) => (() => void) | false;
}

/**
 * Joins the hub; while its ring does not go back far enough, reads the store's own log. Answers how to leave.
 * @throws CompactedError when the log does not go back far enough either
 */
export const catchUp = async ({ store, prefix, after, signal, ended, events, join }: CatchUpOptions): Promise<() => void> => {
  const joined = join(after);
  if (joined) return joined;
  const history = new AbortController();
  const stop = (): void => history.abort();
  signal.addEventListener('abort', stop, { once: true });
  void ended.then(stop);
  try {
    for await (const batch of store.watch(prefix, { after, signal: history.signal })) {
      if (batch.events.length > 0) await events(batch.events.map(toHubEvent));
      const leave = join(batch.revision);
      if (leave) return leave;
    }
    return () => {};
  } finally {
    signal.removeEventListener('abort', stop);
    history.abort();
  }
};

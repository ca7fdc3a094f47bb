import type { Revision, Store, WatchEvent } from '../contract.ts';

/** Runs a watch in the background and remembers what it delivers. */
export interface WatchRecorder {
  readonly events: WatchEvent[];
  /** How far the watch has seen everything. */
  readonly revision: Revision;
  /** Resolves when the watch has ended, with the error that ended it. */
  readonly ended: Promise<unknown>;
  /** Asks for progress and resolves once the watch has reached `revision`. */
  reached(revision: Revision): Promise<void>;
  stop(): Promise<unknown>;
}

/** Starts recording events below `prefix` after a revision. */
export function recordWatch(store: Store, prefix: string, after: Revision): WatchRecorder {
  const abort = new AbortController();
  const events: WatchEvent[] = [];
  let seen: Revision = after;
  const ended = (async () => {
    try {
      for await (const batch of store.watch(prefix, { after, signal: abort.signal })) {
        events.push(...batch.events);
        seen = batch.revision;
      }
      return undefined;
    } catch (error) {
      return error;
    }
  })();
  return {
    events,
    get revision() {
      return seen;
    },
    ended,
    async reached(revision) {
      await store.revision();
      await eventually(() => seen >= revision, `watch of ${prefix} to reach ${revision}`);
    },
    stop() {
      abort.abort();
      return ended;
    },
  };
}

/** Waits for a condition. @throws Error after 15 seconds */
export async function eventually(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited 15 s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

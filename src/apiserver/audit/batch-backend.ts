import type { AuditBackend, OnLost, StoreEvents } from './backend.ts';
import type { AuditEntry } from './entry.ts';
import type { BatchSettings } from './settings.ts';

/** More than this waiting: further events are lost, whatever their number. */
const maxHeldBytes = 64 * 2 ** 20;
/** So many batches are on their way at once; the next wait in the buffer. */
const maxRunning = 16;

/** How long until one more may go; 0 takes it. Milliseconds of one clock. */
const createThrottle = ({ perSecond, burst }: NonNullable<BatchSettings['throttle']>): ((now: number) => number) => {
  let tokens = burst;
  let since: number | undefined;
  return (now) => {
    tokens = Math.min(burst, tokens + ((now - (since ?? now)) / 1000) * perSecond);
    since = now;
    if (tokens < 1) return Math.ceil(((1 - tokens) / perSecond) * 1000);
    tokens -= 1;
    return 0;
  };
};

/** Stores events some time later, many at once; those that find no room are lost. Nobody waits. */
export const createBatchBackend = (
  store: StoreEvents,
  { settings, onLost, onFull }: { readonly settings: BatchSettings; readonly onLost: OnLost; readonly onFull: OnLost },
): AuditBackend => {
  const throttle = settings.throttle && createThrottle(settings.throttle);
  const running = new Set<Promise<void>>();
  let waiting: AuditEntry[] = [];
  let held = 0;
  let timer: NodeJS.Timeout | undefined;
  let soon = false;
  let isDue = false;

  const send = (): void => {
    const batch = waiting.slice(0, settings.maxSize);
    waiting = waiting.slice(settings.maxSize);
    for (const entry of batch) held -= entry.held;
    const sent: Promise<void> = store(batch)
      .catch((error: unknown) => onLost(batch.length, error))
      .finally(() => {
        running.delete(sent);
        wake();
      });
    running.add(sent);
  };

  const later = (milliseconds: number): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      isDue = true;
      wake();
    }, milliseconds);
    timer.unref();
  };

  const run = (): void => {
    soon = false;
    const least = isDue ? 1 : settings.maxSize;
    while (waiting.length >= least) {
      if (running.size >= maxRunning) return;
      const pause = throttle?.(performance.now()) ?? 0;
      if (pause > 0) return later(pause);
      send();
    }
    isDue = false;
    if (waiting.length > 0) later(settings.maxWaitSeconds * 1000);
  };
  /** Requests have their turn first. */
  const wake = (): void => {
    if (soon) return;
    soon = true;
    setImmediate(run);
  };

  return {
    store(entry) {
      if (waiting.length >= settings.bufferSize || held + entry.held > maxHeldBytes) {
        onFull(1, new Error('audit buffer queue blocked'));
        return undefined;
      }
      waiting.push(entry);
      held += entry.held;
      if (waiting.length === 1 || waiting.length >= settings.maxSize) wake();
      return undefined;
    },
    async close() {
      clearTimeout(timer);
      while (waiting.length > 0) send();
      await Promise.all(running);
    },
  };
};

import type { AuditEntry } from './entry.ts';

/** Where events go. */
export interface AuditBackend {
  /** Undefined: nobody need wait. Otherwise whether the request may go on, once the event is stored or is known not to be. Never rejects. */
  store(entry: AuditEntry): Promise<boolean> | undefined;
  /** Stores what is left, as far as that is possible now. */
  close(): Promise<void>;
}

/** Stores events. Rejects when they could not be. */
export type StoreEvents = (entries: readonly AuditEntry[]) => Promise<void>;

/** Hears of events that are lost. */
export type OnLost = (count: number, error: unknown) => void;

/** Stores each event while its request waits; `isStrict` ends the request when that fails. */
export const createBlockingBackend = (store: StoreEvents, { isStrict, onLost }: { isStrict: boolean; onLost: OnLost }): AuditBackend => {
  const running = new Set<Promise<unknown>>();
  return {
    store(entry) {
      const stored = store([entry]).then(
        () => true,
        (error: unknown) => {
          onLost(1, error);
          return !isStrict;
        },
      );
      running.add(stored);
      void stored.then(() => running.delete(stored));
      return stored;
    },
    async close() {
      await Promise.all(running);
    },
  };
};

/** Stores in each of several places. */
export const createUnionBackend = (backends: readonly AuditBackend[]): AuditBackend => ({
  store(entry) {
    const waiting = backends.flatMap((backend) => backend.store(entry) ?? []);
    return waiting.length === 0 ? undefined : Promise.all(waiting).then((stored) => stored.every(Boolean));
  },
  async close() {
    await Promise.all(backends.map((backend) => backend.close()));
  },
});

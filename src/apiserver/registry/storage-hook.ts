import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { WriteRequest } from './registry.ts';

/** What a hook took for one write; settled exactly once. */
export interface Reservation {
  /** The write is in the store. */
  commit(): Promise<void> | void;
  /** The write failed or was a dry run: give back what was taken. */
  rollback(): Promise<void> | void;
}

/**
 * Work beside the object itself (service addresses and ports). `reserve` may change the new object in place; it runs after validation's
 * inputs are final and before the write.
 * @throws StatusError to refuse the write
 */
export interface StorageHook {
  readonly handles: (request: WriteRequest) => boolean;
  readonly reserve: (
    request: WriteRequest,
    change: {
      readonly object: UnstructuredObject | undefined;
      readonly old: UnstructuredObject | undefined;
      /** The object is gone with this write: it is to be valid, and nothing stays taken. */
      readonly leaves?: boolean;
    },
  ) => Promise<Reservation | undefined>;
}

/** Reserves with every hook that handles the request; a failure gives back what others took. */
export const reserveAll = async (
  hooks: readonly StorageHook[],
  request: WriteRequest,
  change: Parameters<StorageHook['reserve']>[1],
): Promise<Reservation> => {
  const taken: Reservation[] = [];
  const rollback = async (): Promise<void> => {
    for (const reservation of taken.toReversed()) await reservation.rollback();
  };
  try {
    for (const hook of hooks) {
      if (!hook.handles(request)) continue;
      const reservation = await hook.reserve(request, change);
      if (reservation) taken.push(reservation);
    }
  } catch (error) {
    await rollback();
    throw error;
  }
  return {
    async commit() {
      for (const reservation of taken) await reservation.commit();
    },
    rollback,
  };
};

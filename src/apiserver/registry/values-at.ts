import type { KeyValue, Revision, Store } from '../../storage/contract.ts';
import { CompactedError } from '../../storage/errors.ts';

/** The values of keys that exist at a recent revision, in their order; undefined when that is already compacted. */
export const valuesAt = async (store: Store, keys: readonly string[], revision: Revision): Promise<Uint8Array[] | undefined> => {
  const current = await store.getAll(keys);
  const isRecent = (found: KeyValue | undefined): boolean => found !== undefined && found.modRevision <= revision;
  try {
    const values = current.every(isRecent)
      ? current
      : await Promise.all(keys.map((key, index) => (isRecent(current[index]) ? current[index] : store.get(key, { revision }))));
    return values.flatMap((found) => (found ? [found.value] : []));
  } catch (error) {
    if (error instanceof CompactedError) return undefined;
    throw error;
  }
};

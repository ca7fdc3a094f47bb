import type { KeyValue, Revision, Store } from '../../storage/contract.ts';
import { CompactedError } from '../../storage/errors.ts';

/** The values of keys that exist at a recent revision, in their order; undefined when that is already compacted. */
export const valuesAt = async (store: Store, keys: readonly string[], revision: Revision): Promise<Uint8Array[] | undefined> => {
  const current = await Promise.all(keys.map((key) => store.get(key)));
  const then = (found: KeyValue | undefined, key: string): KeyValue | undefined | Promise<KeyValue | undefined> =>
    found && found.modRevision <= revision ? found : store.get(key, { revision });
  try {
    const values = await Promise.all(keys.map((key, index) => then(current[index], key)));
    return values.flatMap((found) => (found ? [found.value] : []));
  } catch (error) {
    if (error instanceof CompactedError) return undefined;
    throw error;
  }
};

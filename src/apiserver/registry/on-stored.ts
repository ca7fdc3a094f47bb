import { notFound } from '../../apimachinery/errors/api-errors.ts';
import type { KeyValue } from '../../storage/contract.ts';
import { objectKey } from './keys.ts';
import { resourceOf, storeOf, type Registry, type WriteRequest } from './registry.ts';
import { readStored, type StoredObject } from './stored-object.ts';

/** Somebody else was faster: what is there now, undefined when nothing is. */
export interface Overtaken {
  readonly overtaken: KeyValue | undefined;
}

/**
 * Changes the stored object that a request names, again as it is now whenever somebody was faster. The first attempt is made on what the store
 * remembers, if it does, which spares a read: the write tells whether that was true, and what comes of it without a write (a refusal,
 * nothing to change) counts only when a read shows that it is. What an attempt answers with has another revision when something was written.
 * @throws StatusError NotFound, and what the attempt throws
 */
export const onStored = async <Outcome extends { readonly revision: bigint }>(
  registry: Registry,
  { definition, namespace, name, dryRun }: WriteRequest,
  attempt: (stored: StoredObject, key: string) => Promise<Outcome | Overtaken>,
): Promise<Outcome> => {
  const key = objectKey(definition, namespace, name);
  const store = storeOf(registry, definition);
  // What is not written cannot show that it was made of the newest.
  let current = dryRun ? undefined : store.remembered?.(key);
  let isCertain = current === undefined;
  current ??= await store.get(key);
  /** Reads what is there now. */
  const hasChanged = async (since: bigint): Promise<boolean> => {
    current = await store.get(key);
    isCertain = true;
    return current?.modRevision !== since;
  };
  for (;;) {
    if (!current) throw notFound(resourceOf(definition), name);
    const { modRevision } = current;
    try {
      const result = await attempt(readStored(definition, current), key);
      if ('overtaken' in result) {
        current = result.overtaken;
        isCertain = true;
      } else if (isCertain || result.revision !== modRevision || !(await hasChanged(modRevision))) return result;
    } catch (error) {
      if (isCertain || !(await hasChanged(modRevision))) throw error;
    }
  }
};

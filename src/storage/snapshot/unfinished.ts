import type { MaintainableStore, Revision, Store } from '../contract.ts';
import { SnapshotError } from './format.ts';

/** Is there as long as a store is being filled, and stays when that is broken off: part of the objects is worse than none. */
const markKey = '/causeway/unfinished';
/** As the stores of others, it has room for a stamp. */
const markValue = (): Buffer => Buffer.from('{"metadata":{"resourceVersion":"                    "}}');
const pageSize = 500;

const somebodyElse = (driver: string): SnapshotError => new SnapshotError(`restore into the ${driver} store: somebody else writes to it`);

/** Deletes what a broken off attempt left. */
const clear = async (store: MaintainableStore): Promise<void> => {
  for (let after: string | undefined, remaining = 1; remaining > 0;) {
    const page = await store.list('', { limit: pageSize, ...(after !== undefined && { after }) });
    const left = page.items.filter(({ key }) => key !== markKey);
    await Promise.all(left.map(({ key, modRevision }) => store.delete(key, { expected: modRevision })));
    after = page.items.at(-1)?.key;
    remaining = page.remaining;
  }
};

/**
 * Runs what fills an empty store, or fills one again where that was broken off; nobody uses the store before it is done. Revisions begin
 * after the given one. @throws SnapshotError when the store holds something else
 */
export const filling = async (store: MaintainableStore, after: Revision, fill: () => Promise<void>): Promise<void> => {
  const present = (await store.get(markKey)) ? 0 : await store.count('');
  if (present > 0) throw new SnapshotError(`restore into the ${store.driver} store: it holds ${present} objects: use an empty store`);
  // First: on etcd it moves the revisions of what is there.
  await store.advance(after);
  const found = await store.get(markKey);
  const marked = found
    ? await store.update(markKey, markValue(), { expected: found.modRevision })
    : await store.create(markKey, markValue());
  if (!marked.applied) throw somebodyElse(store.driver);
  if (found) await clear(store);
  await fill();
  const removed = await store.delete(markKey, { expected: marked.revision });
  if (!removed.applied) throw somebodyElse(store.driver);
};

/** @throws SnapshotError with the remedy when filling the store was broken off */
export const requireFinished = async (store: Store, uri: string): Promise<void> => {
  if (await store.get(markKey))
    throw new SnapshotError(
      `store ${uri}: a restore or a migration into it was broken off, or is under way: run it again, it begins anew and needs no empty store`,
    );
};

import type { KeyValue, Store } from '../../storage/contract.ts';

/** Somebody else was faster: what is there now, undefined when nothing is. */
export interface Overtaken {
  readonly overtaken: KeyValue | undefined;
}

/** A change of what is stored. */
export interface Attempt<Outcome extends { readonly revision: bigint }> {
  /** Tries it on this state. What it answers with has another revision when something was written. */
  readonly attempt: (current: KeyValue) => Promise<Outcome | Overtaken>;
  /** Nothing will be written: the state must be read. */
  readonly dryRun: boolean;
  readonly absent: () => Error;
}

type Settled<Outcome> = Overtaken | { readonly outcome: Outcome } | { readonly error: unknown };

const settled = async <Outcome extends object>(attempted: Promise<Outcome | Overtaken>): Promise<Settled<Outcome>> => {
  try {
    const outcome = await attempted;
    return 'overtaken' in outcome ? outcome : { outcome };
  } catch (error) {
    return { error };
  }
};

/**
 * Changes what is stored under a key, again with what is there now whenever somebody was faster. The first attempt is made on what the store
 * remembers, if it does, which spares a read: the write tells whether that was true, and what comes of it without a write (a refusal,
 * nothing to change) counts only when a read shows that it is.
 * @throws what `absent` makes, and what the attempt throws
 */
export const onStored = async <Outcome extends { readonly revision: bigint }>(
  store: Store,
  key: string,
  { attempt, dryRun, absent }: Attempt<Outcome>,
): Promise<Outcome> => {
  let current = dryRun ? undefined : store.remembered?.(key);
  let isCertain = current === undefined;
  current ??= await store.get(key);
  for (;;) {
    if (!current) throw absent();
    const result = await settled(attempt(current));
    if ('overtaken' in result) {
      current = result.overtaken;
      isCertain = true;
      continue;
    }
    const wrote = 'outcome' in result && result.outcome.revision !== current.modRevision;
    if (!isCertain && !wrote) {
      const read = await store.get(key);
      isCertain = true;
      if (read?.modRevision !== current.modRevision) {
        current = read;
        continue;
      }
    }
    if ('error' in result) throw result.error;
    return result.outcome;
  }
};

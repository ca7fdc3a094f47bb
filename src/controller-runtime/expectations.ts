import type { KubeObject } from '../apimachinery/meta/object.ts';
import type { Clock, Informer, ObjectKey } from './contract.ts';
import { keyOf } from './object-key.ts';

/** Longer than any watch is behind; after that the cache is believed. */
const expiryMilliseconds = 300_000;

type Pending = Map<ObjectKey, { readonly seen: () => boolean; readonly until: number }>;

/**
 * What a controller wrote and its cache does not show yet. A controller that counts objects with generated names (pods) must not act
 * while something is pending, or it would create or delete twice.
 */
export interface Expectations<T extends KubeObject> {
  /** True when the cache shows everything that was written for this owner. */
  satisfied(owner: ObjectKey): boolean;
  /** `object` is what the server answered. */
  created(owner: ObjectKey, object: T): void;
  /** `object` is the cached object that a delete was sent for. */
  deleted(owner: ObjectKey, object: T): void;
  forget(owner: ObjectKey): void;
}

export const createExpectations = <T extends KubeObject>(informer: Informer<T>, clock: Clock): Expectations<T> => {
  const owners = new Map<ObjectKey, Pending>();
  const expect = (owner: ObjectKey, object: T, seen: () => boolean): void => {
    const pending: Pending = owners.get(owner) ?? new Map();
    owners.set(owner, pending.set(keyOf(object), { seen, until: clock.now() + expiryMilliseconds }));
  };
  const isPast = (version: string | undefined): boolean =>
    version !== undefined && informer.resourceVersion !== undefined && BigInt(informer.resourceVersion) >= BigInt(version);

  return {
    satisfied: (owner) => {
      const pending = owners.get(owner);
      if (!pending) return true;
      for (const [key, { seen, until }] of pending) if (seen() || clock.now() > until) pending.delete(key);
      if (pending.size === 0) owners.delete(owner);
      return pending.size === 0;
    },
    created: (owner, object) => {
      const key = keyOf(object);
      expect(owner, object, () => informer.byKey(key)?.metadata.uid === object.metadata.uid || isPast(object.metadata.resourceVersion));
    },
    deleted: (owner, object) => {
      const key = keyOf(object);
      expect(owner, object, () => {
        const cached = informer.byKey(key)?.metadata;
        return !cached || cached.uid !== object.metadata.uid || cached.deletionTimestamp !== undefined;
      });
    },
    forget: (owner) => void owners.delete(owner),
  };
};

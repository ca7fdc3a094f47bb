import type { Store } from '../../storage/contract.ts';

/** A store, and how many lists it has answered. */
export interface CountedLists {
  readonly store: Store;
  readonly lists: () => number;
}

export const countLists = (store: Store): CountedLists => {
  let lists = 0;
  const counted = new Proxy(store, {
    get(target, property) {
      if (property === 'list') lists += 1;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { store: counted, lists: () => lists };
};

/** A binary heap over values with unique keys: `pop` takes the first by `before`. Removing is lazy and costs nothing. */
export interface PriorityHeap<K, V> {
  /** Adds, or replaces the value of a key. */
  set(key: K, value: V): void;
  get(key: K): V | undefined;
  delete(key: K): void;
  pop(): readonly [K, V] | undefined;
  readonly size: number;
}

export const createPriorityHeap = <K, V extends object>(before: (a: V, b: V) => boolean): PriorityHeap<K, V> => {
  const live = new Map<K, V>();
  let entries: (readonly [K, V])[] = [];

  const isBefore = (a: number, b: number): boolean => {
    const [first, second] = [entries[a], entries[b]];
    return first !== undefined && (second === undefined || before(first[1], second[1]));
  };
  const swap = (a: number, b: number): void => {
    const [first, second] = [entries[a], entries[b]];
    if (first && second) [entries[a], entries[b]] = [second, first];
  };
  const rise = (start: number): void => {
    for (let at = start; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!isBefore(at, parent)) return;
      swap(at, parent);
      at = parent;
    }
  };
  const sink = (): void => {
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      const child = isBefore(left + 1, left) ? left + 1 : left;
      if (!isBefore(child, at)) return;
      swap(at, child);
      at = child;
    }
  };
  const takeTop = (): readonly [K, V] | undefined => {
    const top = entries[0];
    const last = entries.pop();
    if (entries.length > 0 && last) {
      entries[0] = last;
      sink();
    }
    return top;
  };

  return {
    set: (key, value) => {
      live.set(key, value);
      entries.push([key, value]);
      rise(entries.length - 1);
      // What was replaced or deleted must not pile up.
      if (entries.length > 2 * live.size + 64) {
        const kept = entries.filter(([other, held]) => live.get(other) === held);
        entries = [];
        for (const entry of kept) rise(entries.push(entry) - 1);
      }
    },
    get: (key) => live.get(key),
    delete: (key) => void live.delete(key),
    pop: () => {
      for (let top = takeTop(); top; top = takeTop()) {
        if (live.get(top[0]) !== top[1]) continue;
        live.delete(top[0]);
        return top;
      }
      return undefined;
    },
    get size() {
      return live.size;
    },
  };
};

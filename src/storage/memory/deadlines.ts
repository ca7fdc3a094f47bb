interface Deadline {
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Keys by deadline: a binary heap whose outdated entries are skipped when they surface. */
export class Deadlines {
  readonly #byKey = new Map<string, number>();
  readonly #heap: Deadline[] = [];

  get(key: string): number | undefined {
    return this.#byKey.get(key);
  }

  set(key: string, at: number): void {
    this.#byKey.set(key, at);
    const heap = this.#heap;
    let index = heap.push({ key, at }) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#at(parent) <= at) break;
      swap(heap, index, parent);
      index = parent;
    }
  }

  delete(key: string): void {
    this.#byKey.delete(key);
  }

  /** The earliest deadline that still counts. */
  first(): Deadline | undefined {
    for (let top = this.#heap[0]; top; top = this.#heap[0]) {
      if (this.#byKey.get(top.key) === top.at) return top;
      this.#removeTop();
    }
    return undefined;
  }

  #removeTop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    heap[0] = last;
    for (let index = 0; ;) {
      const left = 2 * index + 1;
      const smaller = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (this.#at(smaller) >= last.at) return;
      swap(heap, index, smaller);
      index = smaller;
    }
  }

  #at(index: number): number {
    return this.#heap[index]?.at ?? Infinity;
  }
}

function swap(heap: Deadline[], a: number, b: number): void {
  const [left, right] = [heap[a], heap[b]];
  if (!left || !right) return;
  heap[a] = right;
  heap[b] = left;
}

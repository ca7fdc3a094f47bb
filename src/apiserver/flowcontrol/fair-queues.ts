import { dealHand, hashText } from './shuffle-shard.ts';

export interface QueueSettings {
  readonly queues: number;
  readonly handSize: number;
  readonly queueLengthLimit: number;
}

/** One request that waits. */
export interface Waiter {
  readonly flow: string;
  readonly start: () => void;
}

interface Queue {
  readonly waiting: Set<Waiter>;
  /** When, in served requests, its next one is due. */
  virtualStart: number;
}

/** Queues that get equal shares, whatever their length (start-time fair queuing over shuffle shards, KEP-1040). */
export class FairQueues {
  readonly #settings: QueueSettings;
  readonly #queues: Queue[];
  readonly #busy = new Set<Queue>();
  readonly #places = new Map<Waiter, Queue>();
  #virtualTime = 0;

  constructor(settings: QueueSettings) {
    this.#settings = settings;
    this.#queues = Array.from({ length: settings.queues }, () => ({ waiting: new Set<Waiter>(), virtualStart: 0 }));
  }

  get size(): number {
    return this.#places.size;
  }

  /** Puts the waiter into the shortest queue of its flow's hand and answers how long that is now; 0 when it is full. */
  enqueue(waiter: Waiter): number {
    const hand = dealHand(hashText(waiter.flow), this.#queues.length, this.#settings.handSize);
    let best: Queue | undefined;
    for (const card of hand) {
      const queue = this.#queues[card];
      if (queue && (!best || queue.waiting.size < best.waiting.size)) best = queue;
    }
    if (!best || best.waiting.size >= this.#settings.queueLengthLimit) return 0;
    if (best.waiting.size === 0) best.virtualStart = Math.max(best.virtualStart, this.#virtualTime);
    best.waiting.add(waiter);
    this.#busy.add(best);
    this.#places.set(waiter, best);
    return best.waiting.size;
  }

  /** Takes the waiter whose queue has had the least; undefined when nobody waits. */
  dequeue(): Waiter | undefined {
    let next: Queue | undefined;
    for (const queue of this.#busy) if (!next || queue.virtualStart < next.virtualStart) next = queue;
    const [waiter] = next?.waiting ?? [];
    if (!next || !waiter) return undefined;
    this.#virtualTime = next.virtualStart;
    next.virtualStart += 1;
    this.remove(waiter);
    return waiter;
  }

  /** Takes somebody out who no longer wants to wait; false when not there. */
  remove(waiter: Waiter): boolean {
    const queue = this.#places.get(waiter);
    if (!queue) return false;
    this.#places.delete(waiter);
    queue.waiting.delete(waiter);
    if (queue.waiting.size === 0) this.#busy.delete(queue);
    return true;
  }
}

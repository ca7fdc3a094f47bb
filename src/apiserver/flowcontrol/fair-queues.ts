import { type FlowEntry, flowOf } from './flow-entry.ts';
import type { Seat } from './seats.ts';
import { dealHand, hashText } from './shuffle-shard.ts';

export interface QueueSettings {
  readonly queues: number;
  readonly handSize: number;
  readonly queueLengthLimit: number;
}

/** One request that waits. */
export interface Waiter {
  readonly entry: FlowEntry;
  /** Its turn has come: it is in no queue any more, and has its seats. */
  readonly start: (seat: Seat) => void;
  /** The queues are gone, and there is no place in others. */
  readonly evict: () => void;
}

/** Of a level that queues: requests wait in one of these, and the seats of those that are worked on are counted where they waited. */
export interface Queue {
  readonly waiting: Set<Waiter>;
  /** When, in seats that were served, its next one is due. */
  virtualStart: number;
}

/** Queues that get equal shares, whatever their length (start-time fair queuing over shuffle shards, KEP-1040). */
export class FairQueues {
  readonly #settings: QueueSettings;
  readonly #queues: Queue[];
  readonly #busy = new Set<Queue>();
  readonly #places = new Map<Waiter, Queue>();
  #virtualTime = 0;
  #waitingSeats = 0;

  constructor(settings: QueueSettings) {
    this.#settings = settings;
    this.#queues = Array.from({ length: settings.queues }, () => ({ waiting: new Set<Waiter>(), virtualStart: 0 }));
  }

  /** How many wait. */
  get size(): number {
    return this.#places.size;
  }

  /** How many may wait. */
  get capacity(): number {
    return this.#queues.length * this.#settings.queueLengthLimit;
  }

  get all(): readonly Readonly<Queue>[] {
    return this.#queues;
  }

  /** Seats that those who wait would take. */
  get waitingSeats(): number {
    return this.#waitingSeats;
  }

  /** How much was served, in seats of one queue. */
  get virtualTime(): number {
    return this.#virtualTime;
  }

  /** The least and the most that queues with somebody in them have had; undefined when nobody waits. */
  get bounds(): { readonly min: number; readonly max: number } | undefined {
    if (this.#busy.size === 0) return undefined;
    const starts = Array.from(this.#busy, ({ virtualStart }) => virtualStart);
    return { min: Math.min(...starts), max: Math.max(...starts) };
  }

  /** Puts the waiter into the shortest queue of its flow's hand and answers how long that is now; 0 when it is full. */
  enqueue(waiter: Waiter): number {
    const hand = dealHand(hashText(flowOf(waiter.entry)), this.#queues.length, this.#settings.handSize);
    let best: Queue | undefined;
    let place = -1;
    for (const card of hand) {
      const queue = this.#queues[card];
      if (!queue || (best && queue.waiting.size >= best.waiting.size)) continue;
      best = queue;
      place = card;
    }
    if (!best || best.waiting.size >= this.#settings.queueLengthLimit) return 0;
    if (best.waiting.size === 0) best.virtualStart = Math.max(best.virtualStart, this.#virtualTime);
    waiter.entry.queue = place;
    best.waiting.add(waiter);
    this.#busy.add(best);
    this.#places.set(waiter, best);
    this.#waitingSeats += waiter.entry.work.seats;
    return best.waiting.size;
  }

  /** Whose turn it is: the first of the queue that has had the least; undefined when nobody waits. */
  peek(): Waiter | undefined {
    const [waiter] = this.#next()?.waiting ?? [];
    return waiter;
  }

  /** Takes out the one whose turn it is. */
  dequeue(): Waiter | undefined {
    const next = this.#next();
    const [waiter] = next?.waiting ?? [];
    if (!next || !waiter) return undefined;
    this.#virtualTime = next.virtualStart;
    next.virtualStart += Math.max(1, waiter.entry.work.seats);
    this.remove(waiter);
    return waiter;
  }

  /** Takes somebody out who no longer wants to wait; false when not there. */
  remove(waiter: Waiter): boolean {
    const queue = this.#places.get(waiter);
    if (!queue) return false;
    this.#places.delete(waiter);
    queue.waiting.delete(waiter);
    this.#waitingSeats -= waiter.entry.work.seats;
    if (queue.waiting.size === 0) this.#busy.delete(queue);
    return true;
  }

  #next(): Queue | undefined {
    let next: Queue | undefined;
    for (const queue of this.#busy) if (!next || queue.virtualStart < next.virtualStart) next = queue;
    return next;
  }
}

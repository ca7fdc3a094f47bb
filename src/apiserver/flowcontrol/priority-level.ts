import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { FairQueues, type QueueSettings, type Waiter } from './fair-queues.ts';
import type { FlowEntry } from './flow-entry.ts';

/** A PriorityLevelConfiguration's numbers; seats are requests worked on at once. */
export interface LevelSettings {
  readonly name: string;
  readonly uid: string;
  readonly isExempt: boolean;
  readonly shares: number;
  readonly lendablePercent: number;
  /** Undefined: may borrow without limit. */
  readonly borrowingLimitPercent: number | undefined;
  /** Undefined: rejects at once instead of queuing. */
  readonly queuing: QueueSettings | undefined;
}

interface Spec {
  readonly type?: string;
  readonly exempt?: { readonly nominalConcurrencyShares?: number; readonly lendablePercent?: number };
  readonly limited?: {
    readonly nominalConcurrencyShares?: number;
    readonly lendablePercent?: number;
    readonly borrowingLimitPercent?: number;
    readonly limitResponse?: { readonly type?: string; readonly queuing?: Partial<QueueSettings> };
  };
}

const defaultQueuing: QueueSettings = { queues: 64, handSize: 8, queueLengthLimit: 50 };

/** Undefined when the object makes no sense: it is then as if it were not there. */
export const readLevel = (object: UnstructuredObject): LevelSettings | undefined => {
  const { type, limited, exempt } = (object['spec'] ?? {}) as Spec;
  const identity = { name: object.metadata.name, uid: object.metadata.uid ?? '' };
  if (type === 'Exempt' && !limited) {
    const { nominalConcurrencyShares: shares = 0, lendablePercent = 0 } = exempt ?? {};
    return { ...identity, isExempt: true, shares, lendablePercent, borrowingLimitPercent: undefined, queuing: undefined };
  }
  if (type !== 'Limited' || !limited) return undefined;
  const { nominalConcurrencyShares: shares = 30, lendablePercent = 0, borrowingLimitPercent, limitResponse } = limited;
  const queuing = limitResponse?.type === 'Queue' ? { ...defaultQueuing, ...limitResponse.queuing } : undefined;
  if (queuing && !(queuing.queues > 0 && queuing.handSize > 0 && queuing.queueLengthLimit > 0)) return undefined;
  return { ...identity, isExempt: false, shares, lendablePercent, borrowingLimitPercent: borrowingLimitPercent ?? undefined, queuing };
};

/** No list takes more of a level's seats than this part of them, and never more than so many (all are answered from memory). */
const maxListPart = 0.15;
const maxListSeats = 10;

/** The seats and queues of one priority level. It lends idle seats to others and takes back as they are freed. */
export class PriorityLevel {
  settings: LevelSettings;
  queues: FairQueues | undefined;
  nominalSeats = 0;
  /** Of its own seats. */
  used = 0;
  /** Its seats that others use. */
  lent = 0;
  /** Others' seats that it uses. */
  borrowed = 0;
  /** Its configuration is gone; it ends with its last request. */
  isQuiescing = false;
  readonly executing = new Set<FlowEntry>();
  readonly counts = { dispatched: 0, rejected: 0, timedOut: 0, cancelled: 0 };

  constructor(settings: LevelSettings) {
    this.settings = settings;
    this.queues = settings.queuing && new FairQueues(settings.queuing);
  }

  get freeSeats(): number {
    return Math.max(0, this.nominalSeats - this.used - this.lent);
  }

  get seatsInUse(): number {
    return this.used + this.borrowed;
  }

  get waiting(): number {
    return this.queues?.size ?? 0;
  }

  /** Seats that it could ever lend. */
  get lendLimit(): number {
    return Math.round((this.nominalSeats * this.settings.lendablePercent) / 100);
  }

  /** Seats that it could give to another level now. */
  get lendableSeats(): number {
    return this.waiting > 0 ? 0 : Math.max(0, Math.min(this.freeSeats, this.lendLimit - this.lent));
  }

  /** Seats that it may still borrow. */
  get borrowableSeats(): number {
    const percent = this.settings.borrowingLimitPercent;
    return percent === undefined ? Number.POSITIVE_INFINITY : Math.round((this.nominalSeats * percent) / 100) - this.borrowed;
  }

  /** Seats that one list may take. */
  get listSeats(): number {
    const { queuing } = this.settings;
    if (!queuing) return maxListSeats;
    const part = Math.min(Math.ceil(this.nominalSeats * maxListPart), Math.floor(this.nominalSeats / queuing.handSize));
    return Math.max(1, Math.min(part, maxListSeats));
  }

  /** New numbers for the same level; who waits goes on waiting unless queues are gone. Answers who has no place any more. */
  update(settings: LevelSettings): readonly Waiter[] {
    const before = this.queues;
    const isSame = JSON.stringify(settings.queuing) === JSON.stringify(this.settings.queuing);
    this.settings = settings;
    this.isQuiescing = false;
    if (isSame) return [];
    const waiters: Waiter[] = [];
    for (let waiter = before?.dequeue(); waiter; waiter = before?.dequeue()) waiters.push(waiter);
    this.queues = settings.queuing && new FairQueues(settings.queuing);
    return waiters.filter((waiter) => !this.queues?.enqueue(waiter));
  }
}

import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { FairQueues, type QueueSettings, type Waiter } from './fair-queues.ts';

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

export const readLevel = (object: UnstructuredObject): LevelSettings => {
  const spec = (object['spec'] ?? {}) as {
    type?: string;
    exempt?: { nominalConcurrencyShares?: number; lendablePercent?: number };
    limited?: {
      nominalConcurrencyShares?: number;
      lendablePercent?: number;
      borrowingLimitPercent?: number;
      limitResponse?: { type?: string; queuing?: Partial<QueueSettings> };
    };
  };
  const { limited, exempt } = spec;
  const response = limited?.limitResponse;
  return {
    name: object.metadata.name,
    uid: object.metadata.uid ?? '',
    isExempt: spec.type === 'Exempt',
    shares: (limited ? limited.nominalConcurrencyShares : exempt?.nominalConcurrencyShares) ?? (limited ? 30 : 0),
    lendablePercent: limited?.lendablePercent ?? exempt?.lendablePercent ?? 0,
    borrowingLimitPercent: limited?.borrowingLimitPercent ?? undefined,
    queuing: response?.type === 'Queue' ? { queues: 64, handSize: 8, queueLengthLimit: 50, ...response.queuing } : undefined,
  };
};

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

  constructor(settings: LevelSettings) {
    this.settings = settings;
    this.queues = settings.queuing && new FairQueues(settings.queuing);
  }

  get freeSeats(): number {
    return this.nominalSeats - this.used - this.lent;
  }

  /** Seats that it could give to another level now. */
  get lendableSeats(): number {
    const limit = Math.round((this.nominalSeats * this.settings.lendablePercent) / 100);
    return this.queues && this.queues.size > 0 ? 0 : Math.min(this.freeSeats, limit - this.lent);
  }

  get mayBorrow(): boolean {
    const percent = this.settings.borrowingLimitPercent;
    return percent === undefined || this.borrowed < Math.round((this.nominalSeats * percent) / 100);
  }

  /** New numbers for the same level; who waits goes on waiting unless queues are gone. */
  update(settings: LevelSettings): readonly Waiter[] {
    const before = this.queues;
    const isSame = JSON.stringify(settings.queuing) === JSON.stringify(this.settings.queuing);
    this.settings = settings;
    if (isSame || !before) {
      if (!before && settings.queuing) this.queues = new FairQueues(settings.queuing);
      return [];
    }
    const waiters: Waiter[] = [];
    for (let waiter = before.dequeue(); waiter; waiter = before.dequeue()) waiters.push(waiter);
    this.queues = settings.queuing && new FairQueues(settings.queuing);
    return waiters.filter((waiter) => !this.queues?.enqueue(waiter));
  }
}

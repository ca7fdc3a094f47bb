import { type LevelSettings, PriorityLevel } from './priority-level.ts';

/** Where a request sits: on seats of its level, or on some that other levels lend. */
export interface Seat {
  release(): void;
}

/** All priority levels of a server and the seats they share. */
export class Seats {
  readonly #total: number;
  #levels = new Map<string, PriorityLevel>();

  /** `total`: requests worked on at once by the whole server. */
  constructor(total: number) {
    this.#total = total;
  }

  get total(): number {
    return this.#total;
  }

  all(): readonly PriorityLevel[] {
    return [...this.#levels.values()];
  }

  /** The level of that name that takes requests. */
  level(name: string): PriorityLevel | undefined {
    const level = this.#levels.get(name);
    return level?.isQuiescing ? undefined : level;
  }

  /** Divides the seats by the levels' shares. Levels that are gone keep serving who is in them. */
  configure(settings: readonly LevelSettings[]): void {
    const wanted = new Set(settings.map(({ name }) => name));
    const levels = new Map<string, PriorityLevel>();
    for (const [name, level] of this.#levels) {
      if (wanted.has(name) || (level.executing.size === 0 && level.waiting === 0)) continue;
      level.isQuiescing = true;
      levels.set(name, level);
    }
    for (const each of settings) {
      const known = this.#levels.get(each.name);
      for (const homeless of known?.update(each) ?? []) homeless.evict();
      levels.set(each.name, known ?? new PriorityLevel(each));
    }
    this.#levels = levels;
    const shares = this.all().reduce((sum, level) => sum + level.settings.shares, 0);
    for (const level of levels.values()) level.nominalSeats = shares === 0 ? 0 : Math.ceil((this.#total * level.settings.shares) / shares);
    for (const level of levels.values()) this.#serve(level);
  }

  /** So many seats for a request of the level, its own or borrowed ones; undefined when there are not as many. */
  take(level: PriorityLevel, wanted: number): Seat | undefined {
    const seats = Math.min(Math.max(1, wanted), Math.max(1, level.nominalSeats));
    const own = Math.min(level.freeSeats, seats);
    const loans = this.#loans(level, seats - own);
    if (!loans) return undefined;
    level.used += own;
    for (const [lender, count] of loans) {
      lender.lent += count;
      level.borrowed += count;
    }
    return this.#seat(level, own, loans);
  }

  /** Seats of a level that knows no limit; they are only counted. */
  takeExempt(level: PriorityLevel, seats: number): Seat {
    level.used += seats;
    return this.#seat(level, seats, new Map());
  }

  /** Who could lend so many seats; undefined when nobody can. */
  #loans(borrower: PriorityLevel, missing: number): ReadonlyMap<PriorityLevel, number> | undefined {
    const loans = new Map<PriorityLevel, number>();
    if (missing <= 0) return loans;
    if (missing > borrower.borrowableSeats) return undefined;
    let left = missing;
    for (const lender of this.#levels.values()) {
      const count = lender === borrower ? 0 : Math.min(lender.lendableSeats, left);
      if (count > 0) loans.set(lender, count);
      left -= count;
      if (left === 0) return loans;
    }
    return undefined;
  }

  #seat(level: PriorityLevel, own: number, loans: ReadonlyMap<PriorityLevel, number>): Seat {
    let released = false;
    return {
      release: () => {
        if (released) return;
        released = true;
        level.used -= own;
        for (const [lender, count] of loans) {
          lender.lent -= count;
          level.borrowed -= count;
        }
        for (const lender of loans.keys()) this.#serve(lender);
        this.#serve(level);
        for (const other of this.#levels.values()) if (other !== level && other.waiting > 0) this.#serve(other);
        if (level.isQuiescing) this.#forget(level);
      },
    };
  }

  #forget(level: PriorityLevel): void {
    if (level.seatsInUse + level.waiting === 0 && this.#levels.get(level.settings.name) === level) this.#levels.delete(level.settings.name);
  }

  /** Lets as many of those who wait begin as there are seats. */
  #serve(level: PriorityLevel): void {
    for (let next = level.queues?.peek(); next; next = level.queues?.peek()) {
      const seat = this.take(level, Math.max(next.entry.work.seats, next.entry.work.finalSeats));
      if (!seat) return;
      level.queues?.dequeue()?.start(seat);
    }
  }
}

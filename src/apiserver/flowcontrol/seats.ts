import { type LevelSettings, PriorityLevel } from './priority-level.ts';

/** Where a request sits: on a seat of its level, or on one that another level lends. */
export interface Seat {
  release(): void;
}

/** All priority levels of a server and the seats they share. */
export class Seats {
  readonly #total: number;
  readonly #levels = new Map<string, PriorityLevel>();

  /** `total`: requests worked on at once by the whole server. */
  constructor(total: number) {
    this.#total = total;
  }

  all(): readonly PriorityLevel[] {
    return [...this.#levels.values()];
  }

  level(name: string): PriorityLevel | undefined {
    return this.#levels.get(name);
  }

  /** Divides the seats by the levels' shares. Levels that are gone keep serving who is in them. */
  configure(settings: readonly LevelSettings[]): void {
    const wanted = new Set(settings.map(({ name }) => name));
    for (const name of this.#levels.keys()) if (!wanted.has(name)) this.#levels.delete(name);
    const shares = settings.reduce((sum, level) => sum + level.shares, 0);
    for (const each of settings) {
      let level = this.#levels.get(each.name);
      if (level) for (const homeless of level.update(each)) homeless.start();
      else this.#levels.set(each.name, (level = new PriorityLevel(each)));
      level.nominalSeats = shares === 0 ? 0 : Math.ceil((this.#total * each.shares) / shares);
    }
  }

  /** A seat for a request of the level, its own or a borrowed one; undefined when there is none. */
  take(level: PriorityLevel): Seat | undefined {
    if (level.freeSeats > 0) {
      level.used += 1;
      return this.#seat(level, () => {
        level.used -= 1;
      });
    }
    if (!level.mayBorrow) return undefined;
    for (const lender of this.#levels.values()) {
      if (lender === level || lender.lendableSeats <= 0) continue;
      lender.lent += 1;
      level.borrowed += 1;
      return this.#seat(level, () => {
        lender.lent -= 1;
        level.borrowed -= 1;
        this.#serve(lender);
      });
    }
    return undefined;
  }

  #seat(level: PriorityLevel, give: () => void): Seat {
    let released = false;
    return {
      release: () => {
        if (released) return;
        released = true;
        give();
        this.#serve(level);
        if (level.lendableSeats > 0) for (const other of this.#levels.values()) if (other.queues?.size) this.#serve(other);
      },
    };
  }

  /** Lets as many of those who wait begin as there are seats. A waiter takes its seat in `start`. */
  #serve(level: PriorityLevel): void {
    while (level.queues?.size && (level.freeSeats > 0 || this.#canBorrow(level))) level.queues.dequeue()?.start();
  }

  #canBorrow(level: PriorityLevel): boolean {
    if (!level.mayBorrow) return false;
    for (const lender of this.#levels.values()) if (lender !== level && lender.lendableSeats > 0) return true;
    return false;
  }
}

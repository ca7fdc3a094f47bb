import type { Revision, WatchEvent } from '../contract.ts';

interface PagePosition {
  readonly prefix: string;
  readonly after: string;
  readonly revision: Revision;
}

const largestMemory = 512;

/**
 * Remembers how many keys there are, because LMDB has to walk over all of them to tell: per prefix that was asked for, kept up to
 * date by events, and per page of a list, for the page that follows. Bounded; what is forgotten is counted again.
 */
export class KeyCounts {
  readonly #byPrefix = new Map<string, number>();
  readonly #afterPage = new Map<string, number>();

  /** Keys below `prefix` at the newest revision; `compute` counts them when that is not known. */
  below(prefix: string, compute: () => number): number {
    const known = this.#byPrefix.get(prefix);
    if (known !== undefined) return known;
    const count = compute();
    remember(this.#byPrefix, prefix, count);
    return count;
  }

  /** Follows committed events. */
  apply(events: readonly WatchEvent[]): void {
    for (const { type, key, previous } of events) {
      const change = type === 'delete' ? -1 : previous ? 0 : 1;
      if (change === 0) continue;
      for (const [prefix, count] of this.#byPrefix) if (key.startsWith(prefix)) this.#byPrefix.set(prefix, count + change);
    }
  }

  /** Keys that follow a position in a list at a revision, if the page before it was listed lately. */
  following(position: PagePosition): number | undefined {
    return this.#afterPage.get(nameOf(position));
  }

  rememberFollowing(position: PagePosition, remaining: number): void {
    remember(this.#afterPage, nameOf(position), remaining);
  }
}

const nameOf = ({ prefix, after, revision }: PagePosition): string => `${revision} ${prefix}\0${after}`;

function remember(memory: Map<string, number>, name: string, count: number): void {
  if (memory.size >= largestMemory)
    for (const oldest of memory.keys()) {
      memory.delete(oldest);
      break;
    }
  memory.set(name, count);
}

import type { KeyValue } from '../contract.ts';

/** What an entry takes beside its value and key, near enough. */
const entryBytes = 256;

/**
 * What a store was last told of some keys, those used longest ago forgotten first. A change of an object is first tried on this, so that it
 * need not be read (as kube-apiserver tries it on its watch cache).
 */
export class RecentValues {
  readonly #limit: number;
  readonly #byKey = new Map<string, KeyValue>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  get(key: string): KeyValue | undefined {
    const found = this.#byKey.get(key);
    if (!found) return undefined;
    this.#byKey.delete(key);
    this.#byKey.set(key, found);
    return found;
  }

  /** Answers may overtake each other: an older one changes nothing. */
  remember(found: KeyValue): void {
    const before = this.#byKey.get(found.key);
    if (before && before.modRevision > found.modRevision) return;
    this.forget(found.key);
    this.#byKey.set(found.key, found);
    this.#bytes += sizeOf(found);
    for (const [key] of this.#byKey) {
      if (this.#bytes <= this.#limit) break;
      this.forget(key);
    }
  }

  /** Somebody has written it: of what nobody here has asked for, nothing is kept. */
  renew(found: KeyValue): void {
    if (this.#byKey.has(found.key)) this.remember(found);
  }

  forget(key: string): void {
    const before = this.#byKey.get(key);
    if (!before) return;
    this.#byKey.delete(key);
    this.#bytes -= sizeOf(before);
  }
}

const sizeOf = ({ key, value }: KeyValue): number => entryBytes + key.length + value.length;

import { prefixEnd } from '../embedded/key-order.ts';
import type { KeyInterval } from './revision-watch.ts';

/** Maps the store's keys into the part of etcd's key space below a prefix. Keys with a NUL are the driver's own. */
export class KeySpace {
  readonly #prefix: string;
  /** Holds how far the store's revisions are ahead of etcd's. */
  readonly offsetKey: Buffer;
  /** Written for the event alone: whoever sees it has seen what came before. */
  readonly barrierKey: Buffer;

  /** A non-empty prefix gets a closing slash, so that `/a` never reaches into `/ab`. */
  constructor(prefix: string) {
    this.#prefix = prefix === '' ? '' : `${prefix}/`;
    this.offsetKey = Buffer.from(`${this.#prefix}\0revision-offset`);
    this.barrierKey = Buffer.from(`${this.#prefix}\0barrier`);
  }

  toEtcd(key: string): Buffer {
    return Buffer.from(this.#prefix + key);
  }

  fromEtcd(key: string): string {
    return key.slice(this.#prefix.length);
  }

  /** All of the store's keys and the driver's own. */
  get everything(): Required<KeyInterval> {
    return { key: this.barrierKey, rangeEnd: prefixEnd(this.toEtcd('')) ?? Buffer.from([0]) };
  }

  /** The keys below `prefix` after `after`; the driver's own keys sort before 0x01 and stay outside. */
  interval(prefix: string, after?: string): Required<KeyInterval> {
    const all = this.toEtcd(prefix);
    const first = prefix === '' ? this.toEtcd('\u0001') : all;
    const next = after === undefined ? first : this.toEtcd(`${after}\u0001`);
    // A range end of one NUL byte means "to the last key" (etcd API).
    return { key: next.compare(first) > 0 ? next : first, rangeEnd: prefixEnd(all) ?? Buffer.from([0]) };
  }
}

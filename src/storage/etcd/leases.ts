import type { Cluster } from './cluster.ts';
import { decodeNumber, encodeLeaseGrant, encodeLeaseTimeToLive } from './messages.ts';

interface SharedLease {
  readonly id: bigint;
  /** Until when (performance.now) it still outlives a key attached now. */
  readonly usableUntil: number;
  attached: number;
}

/** Keys on one lease at most: etcd deletes them all in one revision when it ends. */
const largestLease = 1000;

/**
 * Leases for keys with a ttl. Keys that are written soon after one another with the same ttl share a lease, as a lease for each
 * would cost etcd more than the keys do; such a key lives up to a tenth (at most a minute) longer than it was given.
 */
export class Leases {
  readonly #cluster: Cluster;
  readonly #shared = new Map<number, Promise<SharedLease>>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** A lease that lasts at least `ttlSeconds` from now. */
  async for(ttlSeconds: number): Promise<bigint> {
    const shared = await this.#shared.get(ttlSeconds)?.catch(() => undefined);
    if (shared && shared.attached < largestLease && performance.now() < shared.usableUntil) {
      shared.attached++;
      return shared.id;
    }
    const granted = this.#grant(ttlSeconds);
    this.#shared.set(ttlSeconds, granted);
    return (await granted).id;
  }

  /** Stops sharing a lease that etcd no longer has. */
  forget(ttlSeconds: number): void {
    this.#shared.delete(ttlSeconds);
  }

  /** Seconds the lease has left; undefined when it has ended. */
  async remainingSeconds(lease: bigint): Promise<number | undefined> {
    const { message } = await this.#cluster.call('Lease/LeaseTimeToLive', encodeLeaseTimeToLive(lease));
    const left = Number(decodeNumber(message, 3));
    return left < 0 ? undefined : left;
  }

  async #grant(ttlSeconds: number): Promise<SharedLease> {
    const shareSeconds = Math.min(60, ttlSeconds / 10);
    const asked = performance.now();
    const { message } = await this.#cluster.call('Lease/LeaseGrant', encodeLeaseGrant(Math.max(1, Math.ceil(ttlSeconds + shareSeconds))));
    return { id: decodeNumber(message, 2), usableUntil: asked + shareSeconds * 1000, attached: 1 };
  }
}

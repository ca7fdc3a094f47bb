import type { Cluster } from './cluster.ts';
import { decodeRange, decodeTxn, encodeRange, encodeTxn, type EtcdKeyValue } from './messages.ts';

export interface PointRead {
  readonly kv: EtcdKeyValue | undefined;
  /** The newest of the whole etcd when it was read. */
  readonly revision: bigint;
}

interface Waiting {
  readonly key: Buffer;
  readonly resolve: (read: PointRead) => void;
  readonly reject: (error: unknown) => void;
}

/** Requests under way at once; what is asked for meanwhile goes together in the next. */
const parallel = 2;
/** Keys in one request; fewer than etcd's default --max-txn-ops. */
const largest = 100;

/**
 * Reads of one key each, as new as the cluster's log: a request for each would cost both sides more than the reading does, so those that are asked
 * for at the same time go in one transaction.
 */
export class PointReads {
  readonly #cluster: Cluster;
  #waiting: Waiting[] = [];
  #running = 0;
  #scheduled = false;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** @throws what Cluster.call throws */
  read(key: Buffer): Promise<PointRead> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#running >= parallel || this.#waiting.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#send(this.#waiting.splice(0, largest));
      this.#schedule();
    });
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    this.#running++;
    try {
      const reads = await this.#ask(batch.map(({ key }) => key));
      for (const [index, { resolve }] of batch.entries()) resolve(reads[index] as PointRead);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.#running--;
      this.#schedule();
    }
  }

  async #ask(keys: readonly Buffer[]): Promise<readonly PointRead[]> {
    const [only] = keys;
    if (keys.length === 1 && only) {
      const { kvs, revision } = decodeRange((await this.#cluster.call('KV/Range', encodeRange({ key: only }))).message);
      return [{ kv: kvs[0], revision }];
    }
    const { message } = await this.#cluster.call('KV/Txn', encodeTxn({ success: keys.map((key) => ({ range: { key } })) }));
    const { responses, revision } = decodeTxn(message);
    return responses.map(([kv]) => ({ kv, revision }));
  }
}

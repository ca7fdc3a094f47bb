import type { KeyValue, MaintainableStore, Revision, Stamp, WatchBatch, WatchEvent, WatchOptions, WriteResult } from '../contract.ts';
import { type AutoCompactOptions, startAutoCompaction } from '../embedded/auto-compaction.ts';
import { assertKey } from '../embedded/key-order.ts';
import { ClosedError, CompactedError, FutureRevisionError, SlowWatcherError, StoreUnavailableError } from '../errors.ts';
import { Cluster, type ClusterOptions } from './cluster.ts';
import { probeCompactedRevision } from './compacted-revision.ts';
import { GrpcError, grpcStatus } from './grpc/grpc-error.ts';
import { KeySpace } from './key-space.ts';
import { Leases } from './leases.ts';
import {
  decodeNumber,
  decodeRange,
  decodeTxn,
  encodeCompaction,
  encodeRange,
  encodeTxn,
  type EtcdKeyValue,
  type RangeRequest,
  type RangeResponse,
  type TxnRequest,
  type TxnResponse,
} from './messages.ts';
import { PointReads } from './point-reads.ts';
import { RecentValues } from './recent-values.ts';
import { RevisionFloor } from './revision-floor.ts';
import { createWriteMarks } from './write-marks.ts';
import { type Barrier, EtcdCompacted, RevisionWatch } from './revision-watch.ts';
import type { EtcdEvent } from './watch-messages.ts';

export interface EtcdStoreOptions extends ClusterOptions {
  /** Part of etcd's key space this store lives in; empty means all of it. */
  readonly prefix: string;
  readonly stamp?: Stamp | undefined;
  /** Default: history of the last five minutes is kept, in all of the cluster, as kube-apiserver does. False: others compact. */
  readonly autoCompact?: AutoCompactOptions | false | undefined;
  /** Hears once that etcd has gone back to an earlier state: this store answers nothing more, and what was read from it is of no use. */
  readonly lost?: ((error: Error) => void) | undefined;
  /** How often watches learn of progress elsewhere when nobody asks for it. Default 5. */
  readonly progressSeconds?: number | undefined;
}

/** Opens a store on an etcd cluster (3.5 or later) that many processes may share. @throws StoreUnavailableError */
export async function openEtcdStore(options: EtcdStoreOptions): Promise<MaintainableStore> {
  const store = new EtcdStore(options);
  try {
    await store.revision();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

interface PutCondition {
  /** etcd's modRevision of the key; 0n: it must be absent. */
  readonly expected: bigint;
  readonly ttlSeconds: number | undefined;
}

type LeaseChoice = { readonly lease?: bigint; readonly ignoreLease?: boolean };

/** Keys in one answer of etcd, to bound its size. */
const rangeLimit = 2000;
/** What others compact is heard of so late; reads of what is gone are refused at any time. */
const compactedMilliseconds = 5000;
/** What is remembered of values that were read or written one by one. */
const recentBytes = 32 * 2 ** 20;
/** Operations in one transaction (etcd's default --max-txn-ops). */
const txnLimit = 128;

class EtcdStore implements MaintainableStore {
  readonly driver = 'etcd';
  readonly #cluster: Cluster;
  readonly #keys: KeySpace;
  readonly #leases: Leases;
  readonly #reads: PointReads;
  readonly #recent = new RecentValues(recentBytes);
  readonly #floor: RevisionFloor;
  readonly #stamp: Stamp | undefined;
  readonly #mark = createWriteMarks();
  readonly #watches = new Set<RevisionWatch>();
  readonly #progressTimer: NodeJS.Timeout;
  readonly #stopCompaction: (() => void) | undefined;
  /** The store's revisions are etcd's plus this; it grows by advance() only. */
  #offset = 0n;
  /** In etcd's revisions, as far as this store has heard, and until when (performance.now) that is recent enough. */
  #compacted = { revision: 0n, until: 0 };
  #barrier: Promise<unknown> | undefined;
  #closed = false;

  constructor(options: EtcdStoreOptions) {
    this.#cluster = new Cluster(options);
    this.#keys = new KeySpace(options.prefix);
    this.#leases = new Leases(this.#cluster);
    this.#reads = new PointReads(this.#cluster);
    this.#floor = new RevisionFloor((error) => {
      for (const watch of this.#watches) watch.close();
      options.lost?.(error);
    });
    this.#stamp = options.stamp;
    const refresh = (): void => {
      if (this.#watches.size > 0) void this.revision().catch(() => undefined);
    };
    this.#progressTimer = setInterval(refresh, (options.progressSeconds ?? 5) * 1000).unref();
    // Several hubs may do so at once: the later one's request is refused, which is as good.
    this.#stopCompaction = options.autoCompact === false ? undefined : startAutoCompaction(this, options.autoCompact);
  }

  async revision(): Promise<Revision> {
    const { revision, kv } = await this.#answered(() => this.#reads.read(this.#keys.offsetKey));
    this.#offset = BigInt(kv?.value.toString() ?? 0);
    for (const watch of this.#watches) watch.requestProgress(revision);
    return revision + this.#offset;
  }

  async compactedRevision(): Promise<Revision> {
    this.#assertOpen();
    if (performance.now() >= this.#compacted.until) {
      const asked = performance.now();
      const revision = await this.#translating(undefined, () => probeCompactedRevision(this.#cluster, this.#keys.offsetKey));
      this.#compacted = { revision, until: asked + compactedMilliseconds };
    }
    const { revision } = this.#compacted;
    return revision === 0n ? 0n : revision + this.#offset;
  }

  get: MaintainableStore['get'] = async (key, { revision } = {}) => {
    const etcdKey = this.#keys.toEtcd(key);
    if (revision === undefined) {
      const { kv } = await this.#answered(() => this.#reads.read(etcdKey));
      return this.#told(key, kv && this.#open(kv));
    }
    const { kvs } = await this.#range({ key: etcdKey }, revision);
    return kvs[0] && this.#open(kvs[0]);
  };

  remembered = (key: string): KeyValue | undefined => this.#recent.get(key);

  /** Reads of the same moment travel together. */
  getAll: MaintainableStore['getAll'] = (keys) => Promise.all(keys.map((key) => this.get(key)));

  list: MaintainableStore['list'] = async (prefix, { limit = Infinity, after, revision } = {}) => {
    const items: KeyValue[] = [];
    let at = revision;
    let remaining = 0;
    for (let next = after; ; next = items.at(-1)?.key) {
      const wanted = Math.min(limit - items.length, rangeLimit);
      const counting = wanted === 0 ? { countOnly: true } : { limit: wanted };
      const page = await this.#range({ ...this.#keys.interval(prefix, next), ...counting }, at);
      at ??= page.revision + this.#offset;
      for (const kv of page.kvs) items.push(this.#open(kv));
      remaining = Number(page.count) - page.kvs.length;
      if (remaining === 0 || items.length >= limit) return { items, revision: at, remaining };
    }
  };

  async count(prefix: string): Promise<number> {
    return Number((await this.#range({ ...this.#keys.interval(prefix), countOnly: true })).count);
  }

  create: MaintainableStore['create'] = async (key, value, { ttlSeconds } = {}) => {
    assertKey(key);
    return this.#put(key, value, { expected: 0n, ttlSeconds });
  };

  update: MaintainableStore['update'] = async (key, value, { expected, ttlSeconds }) => {
    const etcdRevision = expected - this.#offset;
    if (etcdRevision > 0n) return this.#put(key, value, { expected: etcdRevision, ttlSeconds });
    return { applied: false, current: await this.get(key) };
  };

  delete: MaintainableStore['delete'] = async (key, { expected }) => {
    const etcdRevision = expected - this.#offset;
    const etcdKey = this.#keys.toEtcd(key);
    if (etcdRevision <= 0n) return { applied: false, current: await this.get(key) };
    const { ambiguous, ...answer } = await this.#txn({
      expected: { key: etcdKey, modRevision: etcdRevision },
      success: [{ delete: { key: etcdKey } }],
      failure: [{ range: { key: etcdKey } }],
    });
    const found = answer.responses[0]?.[0];
    this.#recent.forget(key);
    if (answer.succeeded && found) return { applied: true, revision: answer.revision + this.#offset, previous: this.#open(found) };
    if (ambiguous && found?.modRevision !== etcdRevision) throw unknownOutcome(`delete of ${key}`);
    return { applied: false, current: this.#told(key, found && this.#open(found)) };
  };

  async *watch(prefix: string, { after, signal }: WatchOptions): AsyncGenerator<WatchBatch, void> {
    this.#assertOpen();
    this.#floor.assertHeld();
    if (signal?.aborted) return;
    const offset = this.#offset;
    const start = after > offset ? after - offset : 0n;
    const barrier: Barrier = { everything: this.#keys.everything, write: () => this.#writeBarrier() };
    const watch = new RevisionWatch(this.#cluster, { interval: this.#keys.interval(prefix), after: start, barrier });
    const onAbort = (): void => watch.close();
    signal?.addEventListener('abort', onAbort);
    this.#watches.add(watch);
    let delivered = false;
    try {
      for await (const { events, revision } of watch.batches()) {
        yield { events: events.map((event) => this.#openEvent(event)), revision: revision + offset };
        delivered = true;
      }
      this.#floor.assertHeld();
    } catch (error) {
      if (!(error instanceof EtcdCompacted)) throw error;
      const compacted = error.revision + offset;
      if (delivered) throw new SlowWatcherError(`watch of ${prefix}: its reader fell behind, history starts at ${compacted}`);
      throw new CompactedError(after, compacted);
    } finally {
      this.#watches.delete(watch);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async compact(revision: Revision): Promise<void> {
    await this.#translating(revision, async () => {
      await this.#cluster.call('KV/Compact', encodeCompaction(revision - this.#offset));
      this.#compacted = { revision: revision - this.#offset, until: performance.now() + compactedMilliseconds };
    }).catch((error: unknown) => {
      this.#compacted.until = 0;
      // To etcd, compacting again to the same revision is an error.
      if (!(error instanceof CompactedError && error.compacted === revision)) throw error;
    });
  }

  async sizeBytes(): Promise<number> {
    this.#assertOpen();
    const { message } = await this.#cluster.call('Maintenance/Status', Buffer.alloc(0));
    return Number(decodeNumber(message, 3));
  }

  async remainingTtlSeconds(keys: readonly string[]): Promise<readonly (number | undefined)[]> {
    const left = new Map<bigint, Promise<number | undefined>>([[0n, Promise.resolve(undefined)]]);
    const found: (number | undefined)[] = [];
    for (let i = 0; i < keys.length; i += txnLimit) {
      const success = keys.slice(i, i + txnLimit).map((key) => ({ range: { key: this.#keys.toEtcd(key), keysOnly: true } }));
      const { responses } = await this.#txn({ success });
      for (const [kv] of responses) {
        const lease = kv?.lease ?? 0n;
        const seconds = left.get(lease) ?? this.#leases.remainingSeconds(lease);
        left.set(lease, seconds);
        found.push(await seconds);
      }
    }
    return found;
  }

  /** For restoring, while no other process uses the store: they would still add the old offset. */
  async advance(revision: Revision): Promise<void> {
    const current = await this.revision();
    if (revision <= current) {
      // Another store on this etcd had it: what its clients have seen must not be taken for history of this one.
      return this.compact(revision).catch((error: unknown) => {
        if (!(error instanceof CompactedError)) throw error;
      });
    }
    const offset = this.#offset + revision - current;
    const value = Buffer.from(String(offset));
    const answer = await this.#txn({ success: [{ put: { key: this.#keys.offsetKey, value } }] });
    this.#offset = offset;
    await this.compact(answer.revision + offset);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#progressTimer);
    this.#stopCompaction?.();
    for (const watch of this.#watches) watch.close();
    this.#cluster.close();
  }

  async #put(key: string, value: Uint8Array, condition: PutCondition): Promise<WriteResult> {
    this.#assertOpen();
    const etcdKey = this.#keys.toEtcd(key);
    // Until it is read the slot tells this write from one of the same content by somebody else.
    this.#stamp?.(value, this.#mark());
    const { ambiguous, ...answer } = await this.#withLease(condition, (lease) =>
      this.#txn({
        expected: { key: etcdKey, modRevision: condition.expected },
        success: [{ put: { key: etcdKey, value, ...lease } }],
        failure: [{ range: { key: etcdKey } }],
      }),
    );
    const current = answer.responses[0]?.[0];
    // An attempt whose answer was lost had been applied: what is there now is what this call wrote.
    const ours = ambiguous && current !== undefined && current.value.equals(value);
    if (ambiguous && !answer.succeeded && !ours) throw unknownOutcome(`write of ${key}`);
    if (!answer.succeeded && !ours) return { applied: false, current: this.#told(key, current && this.#open(current)) };
    const revision = (answer.succeeded ? answer.revision : (current?.modRevision ?? 0n)) + this.#offset;
    this.#stamp?.(value, revision);
    this.#recent.remember({ key, value, modRevision: revision });
    return { applied: true, revision, value };
  }

  /** Without a ttl a new key has no lease and an old one keeps its own. A shared lease that somebody has revoked is replaced. */
  async #withLease<Result>({ expected, ttlSeconds }: PutCondition, write: (lease: LeaseChoice) => Promise<Result>): Promise<Result> {
    if (ttlSeconds === undefined) return write(expected === 0n ? {} : { ignoreLease: true });
    try {
      return await write({ lease: await this.#leases.for(ttlSeconds) });
    } catch (error) {
      if (!(error instanceof StoreUnavailableError && error.message.includes('lease not found'))) throw error;
      this.#leases.forget(ttlSeconds);
      return write({ lease: await this.#leases.for(ttlSeconds) });
    }
  }

  /** One at a time: it serves all watches that wait. */
  async #writeBarrier(): Promise<void> {
    const put = { key: this.#keys.barrierKey, value: Buffer.from('0') };
    this.#barrier ??= this.#txn({ success: [{ put }] }).finally(() => (this.#barrier = undefined));
    await this.#barrier;
  }

  async #range(request: RangeRequest, revision?: Revision): Promise<RangeResponse> {
    return this.#translating(revision, async () => {
      const at = revision === undefined ? {} : { revision: revision - this.#offset };
      if (at.revision !== undefined && at.revision <= 0n) throw new CompactedError(revision ?? 0n, await this.compactedRevision());
      return this.#floor.above(async () => decodeRange((await this.#cluster.call('KV/Range', encodeRange({ ...request, ...at }))).message));
    });
  }

  async #txn(request: TxnRequest): Promise<TxnResponse & { readonly ambiguous: boolean }> {
    return this.#answered(async () => {
      const { message, ambiguous } = await this.#cluster.call('KV/Txn', encodeTxn(request));
      return { ...decodeTxn(message), ambiguous };
    });
  }

  #answered<Answer extends { readonly revision: bigint }>(ask: () => Promise<Answer>): Promise<Answer> {
    return this.#translating(undefined, () => this.#floor.above(ask));
  }

  async #translating<Result>(revision: Revision | undefined, call: () => Promise<Result>): Promise<Result> {
    this.#assertOpen();
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof GrpcError)) throw error;
      const { code, details } = error;
      if (code === grpcStatus.outOfRange && revision !== undefined) {
        if (details.includes('future')) throw new FutureRevisionError(revision, await this.revision());
        throw new CompactedError(revision, await this.compactedRevision());
      }
      throw new StoreUnavailableError(`etcd: ${details}: ${remedyFor(details)}`, { cause: error });
    }
  }

  #open({ key, value, modRevision }: EtcdKeyValue): KeyValue {
    const revision = modRevision + this.#offset;
    // A view would keep all of a large answer alive for as long as one of its values is.
    const own = value.buffer.byteLength > 2 * value.length ? Buffer.from(value) : value;
    this.#stamp?.(own, revision);
    return { key: this.#keys.fromEtcd(key), value: own, modRevision: revision };
  }

  #openEvent({ type, kv, previous: before }: EtcdEvent): WatchEvent {
    const previous = before && this.#open(before);
    const written = type === 'put' ? this.#open(kv) : undefined;
    const key = written?.key ?? this.#keys.fromEtcd(kv.key);
    if (written) this.#recent.renew(written);
    else this.#recent.forget(key);
    const value = written?.value ?? previous?.value ?? kv.value;
    return { type, key, revision: kv.modRevision + this.#offset, value, ...(previous && { previous }) };
  }

  #told(key: string, found: KeyValue | undefined): KeyValue | undefined {
    if (found) this.#recent.remember(found);
    else this.#recent.forget(key);
    return found;
  }

  #assertOpen(): void {
    if (this.#closed) throw new ClosedError('the etcd store is closed');
  }
}

/** Somebody else has written since, so that nobody can say whether this write came before. A retry would be another write. */
function unknownOutcome(what: string): StoreUnavailableError {
  return new StoreUnavailableError(`etcd: ${what}: the answer was lost, it may have been applied or not: read again`);
}

function remedyFor(details: string): string {
  if (/space exceeded/.test(details)) return 'compact, defragment, then disarm the alarm';
  if (/too large|larger than/.test(details)) return "store less in one object, or raise etcd's --max-request-bytes";
  if (/permission|auth|user/.test(details)) return 'check the user, its password and its permissions';
  return "check etcd's log";
}

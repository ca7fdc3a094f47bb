import type { DeleteResult, KeyValue, Revision, Stamp, WatchEvent, WriteResult } from '../contract.ts';
import type { Environment, TableWrite } from './environment.ts';
import { deadlineKey, historyKey, openObject, revisionKey, sealHistory, sealLog, sealObject, type StoredObject } from './layout.ts';
import type { Reader } from './reader.ts';

const oneByte = Buffer.from([0]);

/** Writes that will become one transaction. Later writes of a batch see earlier ones; nobody else does until it is committed. */
export class Batch {
  readonly writes: TableWrite[] = [];
  readonly events: WatchEvent[] = [];
  readonly #environment: Environment;
  readonly #reader: Reader;
  readonly #stamp: Stamp | undefined;
  readonly #pending = new Map<string, StoredObject | undefined>();
  #revision: Revision;

  constructor(environment: Environment, reader: Reader, stamp: Stamp | undefined) {
    this.#environment = environment;
    this.#reader = reader;
    this.#stamp = stamp;
    this.#revision = reader.revision;
  }

  /** The revision of the last write. */
  get revision(): Revision {
    return this.#revision;
  }

  get(key: string): StoredObject | undefined {
    return this.#pending.has(key) ? this.#pending.get(key) : this.#reader.get(key);
  }

  put(key: string, value: Uint8Array, { deadline }: { readonly deadline: number }): WriteResult {
    const { objects, deadlines } = this.#environment;
    const previous = this.#supersede(key);
    const record = sealObject(value, this.#revision, deadline);
    const object = openObject(key, record);
    this.#stamp?.(object.value, this.#revision);
    this.#pending.set(key, object);
    this.writes.push({ table: objects, key: Buffer.from(key), value: record });
    if (previous && previous.deadline !== 0 && previous.deadline !== deadline) {
      this.writes.push({ table: deadlines, key: deadlineKey(previous.deadline, key) });
    }
    if (deadline !== 0 && previous?.deadline !== deadline) {
      this.writes.push({ table: deadlines, key: deadlineKey(deadline, key), value: oneByte });
    }
    this.#record('put', object, previous);
    return { applied: true, revision: this.#revision, value: object.value };
  }

  /** `previous` is what get() answered. */
  delete(previous: StoredObject): DeleteResult {
    const { objects, deadlines } = this.#environment;
    const { key } = previous;
    this.#supersede(key);
    this.#pending.set(key, undefined);
    this.writes.push({ table: objects, key: Buffer.from(key) });
    if (previous.deadline !== 0) this.writes.push({ table: deadlines, key: deadlineKey(previous.deadline, key) });
    this.#record('delete', previous, previous);
    return { applied: true, revision: this.#revision, previous };
  }

  /** Skips to a revision that no write has had. */
  advance(revision: Revision): void {
    if (revision > this.#revision) this.#revision = revision;
  }

  /** Opens the next revision and moves what it replaces into history. */
  #supersede(key: string): StoredObject | undefined {
    const previous = this.get(key);
    this.#revision++;
    if (previous) {
      const { history } = this.#environment;
      this.writes.push({ table: history, key: historyKey(key, previous.modRevision), value: sealHistory(previous, this.#revision) });
    }
    return previous;
  }

  #record(type: 'put' | 'delete', object: StoredObject, previous: StoredObject | undefined): void {
    const { key, value } = object;
    const record = sealLog({ type, key, previous: previous?.modRevision ?? 0n });
    this.writes.push({ table: this.#environment.log, key: revisionKey(this.#revision), value: record });
    const before: KeyValue | undefined = previous;
    this.events.push({ type, key, revision: this.#revision, value, ...(before && { previous: before }) });
  }
}

import type { ResourceRef } from '../apimachinery/meta/group-version.ts';
import type { KubeObject, UnstructuredObject } from '../apimachinery/meta/object.ts';
import type { Client } from '../client/contract.ts';

/** `namespace/name`, or `name` for cluster-scoped objects: the key of caches and work queues. */
export type ObjectKey = string;

export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Injected time. Timers are unref'ed: they never keep the process alive. */
export interface Clock {
  now(): number;
  /** Calls back once after `milliseconds`; the returned function cancels. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The cached objects of one resource. Objects are shared and frozen by convention: clone before you change one. */
export interface Lister<T extends KubeObject = UnstructuredObject> {
  get(name: string, namespace?: string): T | undefined;
  byKey(key: ObjectKey): T | undefined;
  list(namespace?: string): readonly T[];
  /** Objects for which the named index function gave this value. */
  byIndex(index: string, value: string): readonly T[];
  readonly size: number;
}

export interface InformerEvent<T extends KubeObject = UnstructuredObject> {
  readonly type: 'added' | 'modified' | 'deleted';
  readonly object: T;
  readonly old?: T;
}

export type IndexFunction<T extends KubeObject = UnstructuredObject> = (object: T) => readonly string[];

/** Lists and watches one resource, resumes, lists again on 410; shared by all controllers of a manager. */
export interface Informer<T extends KubeObject = UnstructuredObject> extends Lister<T> {
  readonly ref: ResourceRef;
  /** Every event after registration; objects already cached are delivered as `added` first. Returns the unsubscribe function. */
  onEvent(handler: (event: InformerEvent<T>) => void): () => void;
  addIndex(name: string, index: IndexFunction<T>): void;
  /** Resolves when the first list is in the cache; rejects when the informer is stopped before that. */
  synced(): Promise<void>;
  /** The newest version the cache has seen, bookmarks included; undefined before the first list. */
  readonly resourceVersion: string | undefined;
}

export interface InformerOptions {
  /** Cache apiVersion, kind and metadata only. A manager answers with its full informer of the resource when it has one. */
  readonly metadataOnly?: boolean;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** What a reconcile answers: done, or come back later (besides any event that comes sooner). A thrown error retries with exponential back-off; a TerminalError does not. */
export type ReconcileResult = void | { readonly requeueAfterSeconds: number };

export interface ReconcileContext {
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** Which events of an informer reconcile which keys. Made by `watch`, which keeps the object's type. */
export interface Watch {
  /** Subscribes: every event's keys go to `enqueue`. Returns the unsubscribe function. */
  readonly subscribe: (enqueue: (key: ObjectKey) => void) => () => void;
  readonly synced: () => Promise<void>;
}

export interface ControllerOptions {
  /** Lower-case words with dashes; names the queue in metrics and logs. */
  readonly name: string;
  readonly watches: readonly Watch[];
  readonly reconcile: (key: ObjectKey, context: ReconcileContext) => Promise<ReconcileResult>;
  /** Keys reconciled at once (never the same key twice at once). Default 4. */
  readonly concurrency?: number;
}

export interface EventRecorder {
  /** Records an events.k8s.io event about the object; repeats are counted in a series, never flood. Never throws. */
  event(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/** Runs controllers over shared informers, from start until stop. */
export interface Manager {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
  /** Events of the process as a whole. */
  readonly events: EventRecorder;
  /** Events of one component, which they name as their source. */
  recorder(component: string): EventRecorder;
  /** This manager for a controller that acts as itself: client and events are the identity's, the informers are shared. */
  as(identity: string): Manager;
  informer<T extends KubeObject = UnstructuredObject>(ref: ResourceRef, options?: InformerOptions): Informer<T>;
  /** The full informer of a resource that somebody else asked for, if any: for those who can do without one that lives as long as the manager. */
  existingInformer(ref: ResourceRef): Informer | undefined;
  addController(options: ControllerOptions): void;
  /** A task that runs while the manager runs (and leads, if it elects); ends by the signal. */
  addRunnable(name: string, run: (signal: AbortSignal) => Promise<void>): void;
  /** Starts informers, waits for sync, starts controllers. */
  start(): Promise<void>;
  /** Stops taking keys, waits for running reconciles, closes informers. */
  stop(): Promise<void>;
}

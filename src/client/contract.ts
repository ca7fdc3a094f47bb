import type { ResourceRef } from '../apimachinery/meta/group-version.ts';
import type { KubeList, KubeObject, UnstructuredObject } from '../apimachinery/meta/object.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Ask for PartialObjectMetadata: the answer has apiVersion, kind and metadata only. */
export interface MetadataOnly {
  readonly metadataOnly?: boolean;
}

export interface GetOptions extends CallOptions, MetadataOnly {
  readonly resourceVersion?: string;
}

export interface ListOptions extends CallOptions, MetadataOnly {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
}

export interface WatchOptions extends CallOptions, MetadataOnly {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  readonly allowBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
  readonly timeoutSeconds?: number;
}

export interface WriteOptions extends CallOptions {
  readonly fieldManager?: string;
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  readonly dryRun?: boolean;
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  readonly force?: boolean;
}

export interface DeleteOptions extends CallOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
}

export type PatchType = 'json' | 'merge' | 'strategic';

/** One watch event. BOOKMARK objects carry only metadata.resourceVersion. An ERROR event is thrown as a StatusError instead. */
export interface WatchEvent<T extends KubeObject = UnstructuredObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: T;
}

/** One resource of one server. `namespace` must be given for namespaced resources wherever a name is. Every failure is a StatusError or a TransportError. */
export interface ResourceClient<T extends KubeObject = UnstructuredObject> {
  readonly ref: ResourceRef;
  get(name: string, namespace: string | undefined, options?: GetOptions): Promise<T>;
  /** Undefined instead of a NotFound error. */
  find(name: string, namespace: string | undefined, options?: GetOptions): Promise<T | undefined>;
  list(options?: ListOptions): Promise<KubeList<T>>;
  /** Ends when the server ends it or the signal aborts. */
  watch(options?: WatchOptions): AsyncIterable<WatchEvent<T>>;
  create(object: T, options?: WriteOptions): Promise<T>;
  update(object: T, options?: WriteOptions): Promise<T>;
  updateStatus(object: T, options?: WriteOptions): Promise<T>;
  patch(
    name: string,
    namespace: string | undefined,
    body: unknown,
    options: WriteOptions & { readonly type: PatchType; readonly subresource?: string },
  ): Promise<T>;
  /** Server-side apply. */
  apply(object: Partial<T> & KubeObject, options: ApplyOptions & { readonly subresource?: string }): Promise<T>;
  delete(name: string, namespace: string | undefined, options?: DeleteOptions): Promise<void>;
  deleteCollection(options?: ListOptions & DeleteOptions): Promise<void>;
  /** POST to a subresource such as eviction, binding or token. */
  createSubresource<R extends KubeObject>(
    name: string,
    namespace: string | undefined,
    subresource: string,
    body: R,
    options?: WriteOptions,
  ): Promise<R>;
  /** PUT to a subresource such as finalize, approval or scale. */
  updateSubresource<R extends KubeObject>(
    name: string,
    namespace: string | undefined,
    subresource: string,
    body: R,
    options?: WriteOptions,
  ): Promise<R>;
}

/** A typed client of one API server. */
export interface Client {
  resource<T extends KubeObject = UnstructuredObject>(ref: ResourceRef): ResourceClient<T>;
  /** By discovery, cached; refreshed once when the kind is unknown. Undefined when the server does not serve it. */
  refFor(apiVersion: string, kind: string, options?: CallOptions): Promise<ResourceRef | undefined>;
  /** GET of any path, parsed as JSON (discovery, version, healthz as text). */
  raw(path: string, options?: CallOptions & { readonly accept?: string }): Promise<unknown>;
  close(): Promise<void>;
}

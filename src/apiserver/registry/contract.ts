import type { KindDefinition } from '../../api/kind-definition.ts';
import type { GroupVersionResource } from '../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { UserInfo } from '../http/exchange.ts';

/** The kinds served right now. Built-in ones never change; custom ones come and go with their CustomResourceDefinitions. */
export interface KindCatalog {
  find(resource: GroupVersionResource): KindDefinition | undefined;
  findKind(group: string, version: string, kind: string): KindDefinition | undefined;
  all(): readonly KindDefinition[];
  /** Adds or replaces by group, version and plural; takes effect for the next request. */
  put(definition: KindDefinition): void;
  remove(resource: GroupVersionResource): void;
  /** Grows with every put and remove; discovery and OpenAPI cache by it. */
  readonly generation: number;
  onChange(listener: () => void): () => void;
}

/** Parsed objects of one resource, kept current by a watch of the store: for the server's own needs (RBAC, CRDs, namespaces, webhooks, quotas). */
export interface ObjectCache {
  get(name: string, namespace?: string): UnstructuredObject | undefined;
  list(namespace?: string): readonly UnstructuredObject[];
  onChange(listener: (event: { readonly type: 'put' | 'delete'; readonly object: UnstructuredObject }) => void): () => void;
  synced(): Promise<void>;
}

/** Reads and writes without HTTP, for code inside the server. Writes go through admission and validation as the given user. */
export interface InternalApi {
  readonly catalog: KindCatalog;
  /** One shared cache per resource, started on first use, stopped with the server. */
  cache(resource: GroupVersionResource): ObjectCache;
  /** Undefined when absent. Reads the store, never a cache. */
  get(resource: GroupVersionResource, name: string, namespace?: string): Promise<UnstructuredObject | undefined>;
  list(resource: GroupVersionResource, namespace?: string): Promise<readonly UnstructuredObject[]>;
  create(resource: GroupVersionResource, object: UnstructuredObject, options: { readonly user: UserInfo }): Promise<UnstructuredObject>;
  /** Reads, changes a copy, writes; retried on a lost compare-and-swap. `change` returns false to leave things as they are. */
  modify(
    resource: GroupVersionResource,
    name: string,
    options: {
      readonly namespace?: string;
      readonly user: UserInfo;
      readonly subresource?: string;
      readonly change: (object: UnstructuredObject) => void | false;
    },
  ): Promise<UnstructuredObject>;
  delete(resource: GroupVersionResource, name: string, options: { readonly namespace?: string; readonly user: UserInfo }): Promise<void>;
}

/** `system:apiserver` in `system:masters`: who the server's own writes are by. */
export const loopbackUser: UserInfo = { username: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };

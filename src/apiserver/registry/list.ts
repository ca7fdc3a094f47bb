import type { KindDefinition } from '../../api/kind-definition.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { KeyValue, Revision, Store } from '../../storage/contract.ts';
import { namespacePrefix, objectKey } from './keys.ts';
import { readObject } from './stored-object.ts';

export interface CollectionQuery {
  readonly definition: KindDefinition;
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly matches: ((object: UnstructuredObject) => boolean) | undefined;
  /** Rules out values without parsing them. */
  readonly mayMatch?: ((value: Uint8Array) => boolean) | undefined;
  readonly limit: number | undefined;
  /** A key below the prefix to start after. */
  readonly after?: string | undefined;
  /** An exact past revision. */
  readonly revision?: Revision | undefined;
}

export interface CollectionPage {
  readonly items: readonly KeyValue[];
  readonly revision: Revision;
  /** Where the next page starts after; undefined when this is the last. */
  readonly next: string | undefined;
  /** How many keys follow; unknown under a selector. */
  readonly remaining: number | undefined;
  /** How many values the store gave for it, and their bytes. */
  readonly read: number;
  readonly bytes: number;
}

/** Keys read at once while looking for matches. */
const scanChunk = 500;

const bytesOf = (items: readonly KeyValue[]): number => items.reduce((sum, { value }) => sum + value.length, 0);

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const readOne = async (store: Store, query: CollectionQuery, name: string): Promise<CollectionPage> => {
  const { definition, namespace = '', revision } = query;
  const at = revision === undefined ? {} : { revision };
  const current = revision ?? (await store.revision());
  const found = await store.get(objectKey(definition, namespace, name), at);
  const newest = found && found.modRevision > current ? found.modRevision : current;
  const items = found && (!query.matches || query.matches(readObject(definition, found.value))) ? [found] : [];
  return { items, revision: newest, next: undefined, remaining: 0, read: 1, bytes: found?.value.length ?? 0 };
};

/** One page of a collection at one revision. @throws CompactedError, FutureRevisionError */
export const readCollection = async (store: Store, query: CollectionQuery): Promise<CollectionPage> => {
  const { definition, namespace, matches, mayMatch, limit } = query;
  if (query.name !== undefined && query.after === undefined && (namespace !== undefined || !definition.namespaced)) {
    return readOne(store, query, query.name);
  }
  const prefix = namespacePrefix(definition, namespace);
  const at = (revision: Revision | undefined, after: string | undefined, count: number | undefined) =>
    store.list(prefix, {
      ...(count === undefined ? {} : { limit: count }),
      ...(after === undefined ? {} : { after: prefix + after }),
      ...(revision === undefined ? {} : { revision }),
    });
  const nextAfter = (items: readonly KeyValue[]): string | undefined => items.at(-1)?.key.slice(prefix.length);

  if (!matches) {
    const page = await at(query.revision, query.after, limit);
    return {
      items: page.items,
      revision: page.revision,
      next: page.remaining > 0 ? nextAfter(page.items) : undefined,
      remaining: page.remaining,
      read: page.items.length,
      bytes: bytesOf(page.items),
    };
  }
  const items: KeyValue[] = [];
  let after = query.after;
  let revision = query.revision;
  let read = 0;
  let bytes = 0;
  for (;;) {
    const page = await at(revision, after, Math.max(scanChunk, limit ?? 0));
    revision ??= page.revision;
    read += page.items.length;
    bytes += bytesOf(page.items);
    for (const [index, item] of page.items.entries()) {
      if (mayMatch?.(item.value) === false || !matches(readObject(definition, item.value))) continue;
      items.push(item);
      if (items.length !== limit) continue;
      const more = index < page.items.length - 1 || page.remaining > 0;
      return { items, revision, next: more ? nextAfter([item]) : undefined, remaining: undefined, read, bytes };
    }
    if (page.remaining === 0) return { items, revision, next: undefined, remaining: undefined, read, bytes };
    after = nextAfter(page.items);
    // A long look for few matches is no reason for others to wait.
    await nextTurn();
  }
};

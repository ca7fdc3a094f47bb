import type { KubeObject } from '../apimachinery/meta/object.ts';
import type { IndexFunction, Lister, ObjectKey } from './contract.ts';
import { objectKey } from './object-key.ts';

interface Index<T extends KubeObject> {
  readonly valuesOf: IndexFunction<T>;
  readonly buckets: Map<string, Map<ObjectKey, T>>;
}

/** Objects by key and by index, and the two ways to change them. */
export interface ObjectCache<T extends KubeObject> extends Lister<T> {
  addIndex(name: string, valuesOf: IndexFunction<T>): void;
  /** Returns the object that was there. */
  set(key: ObjectKey, object: T): T | undefined;
  delete(key: ObjectKey): T | undefined;
  keys(): IterableIterator<ObjectKey>;
  values(): IterableIterator<T>;
}

const namespaceIndex = 'namespace';

export const createObjectCache = <T extends KubeObject>(): ObjectCache<T> => {
  const objects = new Map<ObjectKey, T>();
  const indexes = new Map<string, Index<T>>();

  const insert = ({ valuesOf, buckets }: Index<T>, key: ObjectKey, object: T): void => {
    for (const value of valuesOf(object)) {
      const bucket = buckets.get(value);
      if (bucket) bucket.set(key, object);
      else buckets.set(value, new Map([[key, object]]));
    }
  };
  const remove = ({ valuesOf, buckets }: Index<T>, key: ObjectKey, object: T): void => {
    for (const value of valuesOf(object)) {
      const bucket = buckets.get(value);
      if (bucket?.delete(key) && bucket.size === 0) buckets.delete(value);
    }
  };
  const addIndex = (name: string, valuesOf: IndexFunction<T>): void => {
    if (indexes.has(name)) return;
    const index: Index<T> = { valuesOf, buckets: new Map() };
    for (const [key, object] of objects) insert(index, key, object);
    indexes.set(name, index);
  };
  const byIndex = (name: string, value: string): readonly T[] => {
    const index = indexes.get(name);
    if (!index) throw new Error(`look up by index ${name}: no such index`);
    return [...(index.buckets.get(value)?.values() ?? [])];
  };

  return {
    addIndex,
    byIndex,
    get: (name, namespace) => objects.get(objectKey(name, namespace)),
    byKey: (key) => objects.get(key),
    list: (namespace) => {
      if (namespace === undefined) return [...objects.values()];
      // Built on first use: most caches are only read by key.
      addIndex(namespaceIndex, ({ metadata }) => [metadata.namespace ?? '']);
      return byIndex(namespaceIndex, namespace);
    },
    set: (key, object) => {
      const old = objects.get(key);
      objects.set(key, object);
      for (const index of indexes.values()) {
        if (old) remove(index, key, old);
        insert(index, key, object);
      }
      return old;
    },
    delete: (key) => {
      const old = objects.get(key);
      if (!old) return undefined;
      objects.delete(key);
      for (const index of indexes.values()) remove(index, key, old);
      return old;
    },
    keys: () => objects.keys(),
    values: () => objects.values(),
    get size() {
      return objects.size;
    },
  };
};

import type { KindDefinition } from '../../api/kind-definition.ts';
import { formatGroupVersion } from '../../apimachinery/meta/group-version.ts';
import type { KeyValue, Store, WatchBatch, WatchEvent, WriteResult } from '../../storage/contract.ts';
import { decodeObject, encodeObject, restamped } from './value-codec.ts';

type Conversion = NonNullable<KindDefinition['conversion']>;

const sameVersion = (value: Uint8Array, apiVersion: string): boolean => decodeObject(value).apiVersion === apiVersion;

/** Values in another version, their resourceVersion kept. Those that have it already are not asked about. */
const convertValues = async (
  conversion: Conversion,
  items: readonly { readonly value: Uint8Array; readonly revision: bigint }[],
  apiVersion: string,
): Promise<readonly Uint8Array[]> => {
  const objects = items.map(({ value }) => decodeObject(value));
  const foreign = objects.flatMap((object, index) => (object.apiVersion === apiVersion ? [] : [index]));
  if (foreign.length === 0) return items.map(({ value }) => value);
  const converted = await conversion.convert(
    foreign.map((index) => objects[index]!),
    apiVersion,
  );
  const values = items.map(({ value }) => value);
  foreign.forEach((index, position) => {
    values[index] = restamped(encodeObject(converted[position]!), items[index]!.revision);
  });
  return values;
};

/** A store whose values are read and written in one version of a kind, whatever version they are stored in. */
export const convertingStore = (store: Store, definition: KindDefinition, conversion: Conversion): Store => {
  const apiVersion = formatGroupVersion(definition.group, definition.version);

  const readAll = async (items: readonly KeyValue[]): Promise<KeyValue[]> => {
    const values = await convertValues(
      conversion,
      items.map(({ value, modRevision }) => ({ value, revision: modRevision })),
      apiVersion,
    );
    return items.map((item, index) => ({ ...item, value: values[index] ?? item.value }));
  };
  const read = async (item: KeyValue | undefined): Promise<KeyValue | undefined> => item && (await readAll([item]))[0];

  const stored = async (value: Uint8Array): Promise<Uint8Array> => {
    if (sameVersion(value, conversion.storedApiVersion)) return value;
    const [converted] = await convertValues(conversion, [{ value, revision: 0n }], conversion.storedApiVersion);
    return converted ?? value;
  };
  const written = async (result: WriteResult, value: Uint8Array): Promise<WriteResult> =>
    result.applied ? { ...result, value: restamped(value, result.revision) } : { applied: false, current: await read(result.current) };

  const readEvents = async (events: readonly WatchEvent[]): Promise<WatchEvent[]> => {
    // A deleted value carries the revision of its last write; what it becomes is stamped with the deletion's, as watchers see it.
    const values = await convertValues(conversion, events, apiVersion);
    const previous = await Promise.all(events.map((event) => read(event.previous)));
    return events.map((event, index) => {
      const before = previous[index];
      return { ...event, value: values[index] ?? event.value, ...(before ? { previous: before } : {}) };
    });
  };

  return {
    driver: store.driver,
    revision: () => store.revision(),
    compactedRevision: () => store.compactedRevision(),
    count: (prefix) => store.count(prefix),
    compact: (revision) => store.compact(revision),
    sizeBytes: () => store.sizeBytes(),
    close: () => store.close(),
    get: async (key, options) => read(await store.get(key, options)),
    getAll: async (keys) => {
      const found = await store.getAll(keys);
      const converted = (await readAll(found.filter((item) => item !== undefined))).values();
      return found.map((item) => (item ? converted.next().value : undefined));
    },
    list: async (prefix, options) => {
      const page = await store.list(prefix, options);
      return { ...page, items: await readAll(page.items) };
    },
    create: async (key, value, options) => written(await store.create(key, await stored(value), options), value),
    update: async (key, value, options) => written(await store.update(key, await stored(value), options), value),
    delete: async (key, options) => {
      const result = await store.delete(key, options);
      if (!result.applied) return { applied: false, current: await read(result.current) };
      return { ...result, previous: (await read(result.previous)) ?? result.previous };
    },
    async *watch(prefix, options): AsyncGenerator<WatchBatch> {
      for await (const batch of store.watch(prefix, options)) yield { ...batch, events: await readEvents(batch.events) };
    },
  };
};

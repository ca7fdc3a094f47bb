import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { WatchEvent as StoreEvent } from '../../storage/contract.ts';
import { withoutManagedFields } from '../../apimachinery/meta/without-managed-fields.ts';
import { asBuffer, decodeObject, restamped } from '../registry/value-codec.ts';
import { aroundManagedFields, labelsOf, type Labels } from '../registry/value-text.ts';
import { forgetWritten, writtenObject } from '../registry/written-objects.ts';

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

/** One change of one object. Everything derived from it (parsed objects, encoded frames) is made once and shared by all watchers. */
export interface HubEvent {
  readonly deleted: boolean;
  /** Whether the key held a value before. */
  readonly existed: boolean;
  readonly key: string;
  readonly revision: bigint;
  /** put: the new value. delete: the last value, carrying the deletion's version. */
  readonly value: Uint8Array;
  /** The value before the change, carrying the change's version; undefined when the change created the key. */
  readonly previous: () => Uint8Array | undefined;
  readonly object: () => UnstructuredObject;
  readonly previousObject: () => UnstructuredObject | undefined;
  /** The object without its managedFields, for watchers in this process: shared by them and whoever wrote it. */
  readonly shared: () => UnstructuredObject;
  /** Found without parsing the rest. */
  readonly labels: () => Labels;
  readonly previousLabels: () => Labels | undefined;
  /** Frames by encoding, filled by views. */
  readonly frames: Map<string, unknown>;
  readonly bytes: number;
  /** Drops everything derived: most events are looked at once, by all who watch now, and only their bytes stay for those who come later. */
  readonly release: () => void;
}

interface Memo<T> {
  readonly get: () => T;
  readonly release: () => void;
}

const memo = <T>(make: () => T): Memo<T> => {
  let made: { value: T } | undefined;
  return {
    get: () => (made ??= { value: make() }).value,
    release: () => (made = undefined),
  };
};

/** What was written, where it is at hand. */
const leanObject = (value: Uint8Array): UnstructuredObject => {
  const object = writtenObject(value);
  return object ? withoutManagedFields(object) : decodeObject(Buffer.concat(aroundManagedFields(asBuffer(value))));
};

export const toHubEvent = (event: StoreEvent): HubEvent => {
  const deleted = event.type === 'delete';
  const value = deleted ? restamped(event.value, event.revision) : event.value;
  const before = event.previous?.value;
  const previous = memo(() => (deleted ? value : before && restamped(before, event.revision)));
  const object = memo(() => writtenObject(value) ?? decodeObject(value));
  const previousObject = memo(() => {
    const bytes = previous.get();
    return bytes && decodeObject(bytes);
  });
  const labels = memo(() => labelsOf(asBuffer(value)));
  const previousLabels = memo(() => {
    const bytes = previous.get();
    return bytes && labelsOf(asBuffer(bytes));
  });
  const shared = memo(() => leanObject(value));
  const frames = new Map<string, unknown>();
  return {
    deleted,
    existed: deleted || before !== undefined,
    key: event.key,
    revision: event.revision,
    value,
    previous: previous.get,
    object: object.get,
    previousObject: previousObject.get,
    shared: shared.get,
    labels: labels.get,
    previousLabels: previousLabels.get,
    frames,
    bytes: value.length + (before?.length ?? 0) + 256,
    release: () => {
      previous.release();
      object.release();
      previousObject.release();
      shared.release();
      forgetWritten(value);
      labels.release();
      previousLabels.release();
      frames.clear();
    },
  };
};

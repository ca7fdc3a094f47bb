import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { WatchEvent as StoreEvent } from '../../storage/contract.ts';
import { decodeObject, restamped } from '../registry/value-codec.ts';

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
  /** Frames by encoding, filled by views. */
  readonly frames: Map<string, Uint8Array>;
  readonly bytes: number;
}

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

export const toHubEvent = (event: StoreEvent): HubEvent => {
  const deleted = event.type === 'delete';
  const value = deleted ? restamped(event.value, event.revision) : event.value;
  const before = event.previous?.value;
  const previous = once(() => (deleted ? value : before && restamped(before, event.revision)));
  return {
    deleted,
    existed: deleted || before !== undefined,
    key: event.key,
    revision: event.revision,
    value,
    previous,
    object: once(() => decodeObject(value)),
    previousObject: once(() => {
      const bytes = previous();
      return bytes && decodeObject(bytes);
    }),
    frames: new Map(),
    bytes: value.length + (before?.length ?? 0) + 256,
  };
};

import type { KeyValue, Revision, WatchEvent } from '../contract.ts';
import type { StoredObject } from './layout.ts';

/** One write: durable in the log, and kept in memory until LMDB has it. */
export interface Change {
  readonly revision: Revision;
  readonly key: string;
  /** The new state, in LMDB's layout; absent when the key was deleted. */
  readonly record: Buffer | undefined;
  /** The same, opened. */
  readonly object: StoredObject | undefined;
  readonly previous: StoredObject | undefined;
  readonly event: WatchEvent;
}

/** What `record`, opened as `object` (absent: a deletion), makes of a key that was `previous`. */
export function changeOf(
  { key, revision, record, object }: Pick<Change, 'key' | 'revision' | 'record' | 'object'>,
  previous: StoredObject | undefined,
): Change {
  const before: KeyValue | undefined = previous;
  const event: WatchEvent = {
    type: object ? 'put' : 'delete',
    key,
    revision,
    value: (object ?? previous)?.value ?? new Uint8Array(),
    ...(before && { previous: before }),
  };
  return { revision, key, record, object, previous, event };
}

/** About what a change holds in memory. */
export const bytesOfChange = ({ key, record, previous }: Change): number =>
  500 + 2 * key.length + (record?.length ?? 0) + (previous?.value.length ?? 0);

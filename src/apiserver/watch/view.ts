import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { HubEvent, WatchEventType } from './watch-event.ts';

/** What the watchers of one view get. `deliver` must not block; a subscriber that cannot keep up ends itself. */
export interface Subscriber {
  deliver(frames: Uint8Array): void;
  /** The stream is over: an error to tell the client, or nothing when the server stops. */
  end(reason: 'gone' | 'closed'): void;
}

/** How events look and which of them are seen. Watchers that ask for the same share one view, so each event is encoded once for all. */
export interface ViewSpec {
  /** Equal keys mean equal bytes. */
  readonly key: string;
  /** Only keys with this prefix. */
  readonly prefix: string;
  /** Undefined: everything passes, nothing need be parsed. */
  readonly matches: ((object: UnstructuredObject) => boolean) | undefined;
  /** Rules out values without parsing them. */
  readonly mayMatch?: ((value: Uint8Array) => boolean) | undefined;
  /** Names the encoding among views of one hub; frames are shared by it. */
  readonly encoding: string;
  readonly encode: (type: WatchEventType, value: Uint8Array) => Uint8Array;
}

/** What an event means to those who see only part of the objects: entering is ADDED, leaving is DELETED. */
const seenAs = (event: HubEvent, { matches, mayMatch }: ViewSpec): { type: WatchEventType; old: boolean } | undefined => {
  const had = event.existed;
  if (!matches) return { type: event.deleted ? 'DELETED' : had ? 'MODIFIED' : 'ADDED', old: false };
  const value = event.previous();
  const before = value && mayMatch?.(value) !== false ? event.previousObject() : undefined;
  const matchedBefore = before !== undefined && matches(before);
  if (event.deleted) return matchedBefore ? { type: 'DELETED', old: false } : undefined;
  if (mayMatch?.(event.value) !== false && matches(event.object())) return { type: matchedBefore ? 'MODIFIED' : 'ADDED', old: false };
  return matchedBefore ? { type: 'DELETED', old: true } : undefined;
};

const frameOf = (event: HubEvent, view: ViewSpec): Uint8Array | undefined => {
  if (!event.key.startsWith(view.prefix)) return undefined;
  const seen = seenAs(event, view);
  if (!seen) return undefined;
  const memo = `${view.encoding} ${seen.type}`;
  let frame = event.frames.get(memo);
  if (!frame) {
    frame = seen.old ? view.encode(seen.type, event.previous() ?? event.value) : view.encode(seen.type, event.value);
    event.frames.set(memo, frame);
  }
  return frame;
};

/** The events as this view's watchers get them, in one piece; undefined when none is seen. */
export const renderEvents = (events: readonly HubEvent[], view: ViewSpec): Uint8Array | undefined => {
  const frames: Uint8Array[] = [];
  for (const event of events) {
    const frame = frameOf(event, view);
    if (frame) frames.push(frame);
  }
  return frames.length < 2 ? frames[0] : Buffer.concat(frames);
};

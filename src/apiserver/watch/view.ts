import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { Labels } from '../registry/value-text.ts';
import type { HubEvent, WatchEventType } from './watch-event.ts';

/** Events as watchers get them: in one piece of text, or each for itself, as a value or as text. */
export type Frames = Uint8Array | readonly unknown[];

/** What the watchers of one view get. `deliver` must not block; a subscriber that cannot keep up ends itself. */
export interface Subscriber {
  deliver(frames: Frames): void;
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
  /** The same of labels alone, when nothing else counts: nothing need be parsed then either. */
  readonly matchesLabels?: ((labels: Labels) => boolean) | undefined;
  /** Rules out values without parsing them. */
  readonly mayMatch?: ((value: Uint8Array) => boolean) | undefined;
  /** Names the encoding among views of one hub; frames are shared by it. */
  readonly encoding: string;
  readonly encode: (type: WatchEventType, value: Uint8Array) => Uint8Array;
  /** For watchers in this process: the event as a value that they share, or undefined where only `encode` will do. */
  readonly pass?: ((type: WatchEventType, event: HubEvent) => unknown) | undefined;
  /** Told of each event that goes out: its size, and to how many watchers. */
  readonly sent?: ((bytes: number, watchers: number) => void) | undefined;
}

const matchedBefore = (event: HubEvent, { matches, matchesLabels, mayMatch }: ViewSpec): boolean => {
  const value = event.previous();
  if (!value || mayMatch?.(value) === false) return false;
  if (matchesLabels) return matchesLabels(event.previousLabels() ?? {});
  const before = event.previousObject();
  return before !== undefined && (matches?.(before) ?? true);
};

const matchesNow = (event: HubEvent, { matches, matchesLabels, mayMatch }: ViewSpec): boolean =>
  mayMatch?.(event.value) !== false && (matchesLabels ? matchesLabels(event.labels()) : (matches?.(event.object()) ?? true));

/** What an event means to those who see only part of the objects: entering is ADDED, leaving is DELETED. */
const seenAs = (event: HubEvent, view: ViewSpec): { type: WatchEventType; old: boolean } | undefined => {
  if (!view.matches) return { type: event.deleted ? 'DELETED' : event.existed ? 'MODIFIED' : 'ADDED', old: false };
  const before = matchedBefore(event, view);
  if (event.deleted) return before ? { type: 'DELETED', old: false } : undefined;
  if (matchesNow(event, view)) return { type: before ? 'MODIFIED' : 'ADDED', old: false };
  return before ? { type: 'DELETED', old: true } : undefined;
};

const frameOf = (event: HubEvent, view: ViewSpec): unknown => {
  if (!event.key.startsWith(view.prefix)) return undefined;
  const seen = seenAs(event, view);
  if (!seen) return undefined;
  const memo = `${view.encoding} ${seen.type}`;
  let frame = event.frames.get(memo);
  if (frame === undefined) {
    const value = seen.old ? (event.previous() ?? event.value) : event.value;
    frame = (seen.old ? undefined : view.pass?.(seen.type, event)) ?? view.encode(seen.type, value);
    event.frames.set(memo, frame);
  }
  return frame;
};

/** The events as this view's watchers (so many) get them; undefined when none is seen. */
export const renderEvents = (events: readonly HubEvent[], view: ViewSpec, watchers = 1): Frames | undefined => {
  const frames: unknown[] = [];
  for (const event of events) {
    const frame = frameOf(event, view);
    if (frame === undefined) continue;
    frames.push(frame);
    view.sent?.(frame instanceof Uint8Array ? frame.length : event.value.length, watchers);
  }
  if (view.pass) return frames.length > 0 ? frames : undefined;
  const texts = frames as readonly Uint8Array[];
  return texts.length < 2 ? texts[0] : Buffer.concat(texts);
};

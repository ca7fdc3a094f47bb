import { StatusError } from '../../apimachinery/errors/status-error.ts';
import { badRequest, expired, tooOldResourceVersion } from '../../apimachinery/errors/api-errors.ts';
import { escapeFieldValue, parseFieldSelector, requiredFieldValue } from '../../apimachinery/selectors/field-selector.ts';
import { CompactedError } from '../../storage/errors.ts';
import type { ApiResponse, ResponseSink } from '../http/exchange.ts';
import type { ServerMeasures } from '../metrics/server-measures.ts';
import type { KindCatalog } from '../registry/contract.ts';
import { namespacePrefix, resourcePrefix } from '../registry/keys.ts';
import { storeOf, type Registry } from '../registry/registry.ts';
import { catchUp } from '../watch/catch-up.ts';
import { type Frames, renderEvents, type Subscriber, type ViewSpec } from '../watch/view.ts';
import type { WatchCache } from '../watch/watch-cache.ts';
import { acceptWebSocket, wantsWebSocket } from '../websocket/handshake.ts';
import { lengthPrefixed, lines, messageSink } from '../websocket/message-sink.ts';
import type { HeldPages } from './held-pages.ts';
import { parseListQuery, type ListQuery } from './list-options.ts';
import { parseIncludeObject } from '../table/table.ts';
import { outputForm } from './output.ts';
import type { ResourceRequest } from './resource-request.ts';
import { requireRevision } from './resource-version.ts';
import { parseSelection } from './selection.ts';
import { watchEncoding } from './watch-encoder.ts';
import type { StateSeats } from './state-seats.ts';
import type { UnreadEvents } from './unread-events.ts';
import { sendState } from './watch-state.ts';
import { type FrameSink, frameSink, passing } from './watch-values.ts';

const bookmarkMilliseconds = 60_000;
/** How long before its end a watch gets its last bookmark. */
const farewellMilliseconds = 2000;
/** A watch without timeoutSeconds lasts 30 to 60 minutes, as in kube-apiserver. */
const minimumTimeoutSeconds = 1800;
/** A reader that takes nothing for so long after the end. */
const stalledMilliseconds = 10_000;
/** A reader that leaves this much unread is told to start again. */
const maxBufferedBytes = 16 * 2 ** 20;

export interface WatchContext {
  readonly watchCache: WatchCache;
  readonly catalog: KindCatalog;
  /** Of the present state, for watchers that are slow to read it. */
  readonly pages: HeldPages;
  /** For watchers that are being told the present state. */
  readonly seats: StateSeats;
  readonly unread: UnreadEvents;
  readonly measures?: Pick<ServerMeasures, 'lists' | 'watches'> | undefined;
}

/** Whether the present state comes first, as ADDED events; otherwise only what changes after the version. */
const startsWithState = ({ sendInitialEvents, revision }: ListQuery): boolean =>
  sendInitialEvents ?? (revision === undefined || revision === 0n);

/** The query, with the name that only the older paths say (`/api/v1/watch/…/NAME`). @throws StatusError BadRequest when a field selector excludes it */
const withName = ({ query, info: { name } }: ResourceRequest): URLSearchParams => {
  if (name === '') return query;
  const named = new URLSearchParams(query);
  const fields = query.get('fieldSelector') ?? '';
  const term = `metadata.name=${escapeFieldValue(name)}`;
  if (fields !== '' && requiredFieldValue(parseFieldSelector(fields), 'metadata.name') !== name) {
    throw badRequest('both a name and a field selector provided; please provide one or the other.');
  }
  named.set('fieldSelector', term);
  return named;
};

/** GET of a collection with watch=true. Errors before the first byte are a Status answer, later ones an ERROR event. */
export const watchEndpoint = async (registry: Registry, resource: ResourceRequest, context: WatchContext): Promise<ApiResponse> => {
  const selection = parseSelection(resource.definition, withName(resource));
  const query = parseListQuery(resource.query, { isWatch: true });
  const form = outputForm(resource);
  if (form.as === 'Table') parseIncludeObject(resource.query.get('includeObject'));
  const { definition, info } = resource;
  const prefix = namespacePrefix(definition, info.namespace || selection.namespace);
  const encoding = watchEncoding(resource, form, registry.now);
  const spec: ViewSpec = {
    key: [prefix, info.name, selection.key, encoding.encoding].join('\n'),
    prefix,
    matches:
      selection.matches && ((object) => selection.matches?.(definition.storage ? definition.storage.fromStored(object) : object) ?? true),
    matchesLabels: selection.hasFields ? undefined : selection.matchesLabels,
    mayMatch: selection.mayMatch,
    sent: context.measures?.watches(definition)?.sent,
    ...encoding,
  };
  const bookmark = (revision: bigint, initialEnd = false): Uint8Array => encoding.bookmark(revision, initialEnd);
  const body = async (sink: ResponseSink): Promise<void> => {
    // An event is no list: the first one would be the end.
    if (form.as === 'PartialObjectMetadataList') return sink.end();
    const early = await tooEarly(registry, query);
    if (early) {
      sink.write(encoding.errorFrame(early));
      return sink.end();
    }
    const output = { spec: sink.pass ? passing(spec, definition, form) : spec, sink: frameSink(sink) };
    await stream({ registry, resource, context, query, bookmark, selection, errorFrame: encoding.errorFrame, ...output });
  };
  const { request } = resource;
  if (wantsWebSocket(request)) {
    const framing = form.format === 'protobuf' ? lengthPrefixed : lines;
    return acceptWebSocket(request, (connection) => body(messageSink(connection, framing)), { needsOrigin: true });
  }
  return { status: 200, headers: { 'content-type': encoding.contentType, 'cache-control': 'no-cache, private' }, passes: true, body };
};

/** Why a watch that is to begin with what is there cannot: nothing is as recent as it wants. */
const tooEarly = async ({ store }: Registry, query: ListQuery): Promise<StatusError | undefined> => {
  if (!startsWithState(query) || !query.resourceVersion) return undefined;
  try {
    await requireRevision(store, query.resourceVersion);
    return undefined;
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
};

interface Session {
  readonly registry: Registry;
  readonly resource: ResourceRequest;
  readonly context: WatchContext;
  readonly query: ListQuery;
  readonly spec: ViewSpec;
  readonly sink: FrameSink;
  readonly bookmark: (revision: bigint, initialEnd?: boolean) => Uint8Array;
  readonly errorFrame: (error: StatusError) => Uint8Array;
  readonly selection: ReturnType<typeof parseSelection>;
}

/** Ends a stream; what its reader does not take in time is dropped. */
const endFor = (sink: FrameSink): void => {
  sink.end();
  if (sink.buffered === 0 || !sink.cut) return;
  const left = sink.buffered;
  setTimeout(() => sink.buffered >= left && sink.cut?.(), stalledMilliseconds).unref();
};

const timedState = async (session: Session): Promise<bigint> => {
  const { query, resource, context, sink, bookmark } = session;
  const measures = context.measures?.watches(resource.definition);
  const spec: ViewSpec = measures ? { ...session.spec, sent: measures.initial } : session.spec;
  const began = performance.now();
  const revision = await sendState({ ...session, spec, pages: context.pages, seats: context.seats });
  if (query.allowBookmarks) sink.write(bookmark(revision, true));
  if (query.sendInitialEvents) {
    const scope = resource.info.namespace === '' ? 'cluster' : 'namespace';
    measures?.listed(scope, (performance.now() - began) / 1000);
  }
  return revision;
};

const stream = async (session: Session): Promise<void> => {
  const { registry, resource, context, query, spec, sink, bookmark } = session;
  const { signal } = resource.request;
  let leave: () => void = () => {};
  let done: () => void = () => {};
  const ended = new Promise<void>((resolve) => (done = resolve));
  const hub = context.watchCache.hub(resourcePrefix(resource.definition));
  const finish = (): void => {
    leave();
    done();
  };
  const fail = (error: StatusError): void => {
    leave();
    if (!signal.aborted) sink.write(session.errorFrame(error));
    done();
  };
  const subscriber: Subscriber = {
    deliver(frames) {
      sink.write(frames);
      const { buffered } = sink;
      if (buffered <= maxBufferedBytes && context.unread.bears(spec.key, buffered)) return;
      finish();
      sink.cut?.();
    },
    end: (reason) => (reason === 'gone' ? fail(expired('The resourceVersion for the provided watch is too old.')) : finish()),
  };
  const lasts = (query.timeoutSeconds || minimumTimeoutSeconds * (1 + registry.random())) * 1000;
  const mark = (): boolean => sink.write(bookmark(hub.delivered));
  const farewell = (): void => {
    mark();
    timeout = setTimeout(finish, farewellMilliseconds);
  };
  // As long as there is a before, a watch is told where it is a little before its end.
  let timeout =
    query.allowBookmarks && lasts > farewellMilliseconds
      ? setTimeout(farewell, Math.min(lasts - farewellMilliseconds, 2 ** 31 - 1))
      : setTimeout(finish, Math.min(lasts, 2 ** 31 - 1));
  const bookmarks = query.allowBookmarks ? setInterval(mark, bookmarkMilliseconds) : undefined;
  const aborted = (): void => finish();
  signal.addEventListener('abort', aborted, { once: true });
  const { group, version, resource: plural } = resource.info;
  const { custom } = resource.definition;
  // What was sent so far followed the definition as it was.
  const served = (): boolean => context.catalog.find({ group, version, resource: plural })?.custom?.edition === custom?.edition;
  const unlisten = custom ? context.catalog.onChange(() => served() || finish()) : () => {};
  if (signal.aborted) done();
  try {
    const after = startsWithState(query)
      ? await timedState(session)
      : (query.revision ?? 0n) > 0n
        ? (query.revision ?? 0n)
        : await registry.store.revision();
    resource.begun?.();
    const write = (frames: Frames): boolean => sink.write(frames);
    leave = await catchUp({
      store: storeOf(registry, resource.definition),
      prefix: resourcePrefix(resource.definition),
      after,
      signal,
      ended,
      events: async (events) => {
        const frames = renderEvents(events, spec);
        if (frames && !write(frames)) await sink.drained();
      },
      // The hub's events are as stored: a kind that is converted reads the log to the end of its days.
      join: (from) => !resource.definition.conversion && hub.follow(from, spec, subscriber),
    });
    await ended;
  } catch (error) {
    if (error instanceof CompactedError) fail(tooOldResourceVersion(query.resourceVersion, error.compacted));
    else if (!signal.aborted)
      fail(error instanceof StatusError ? error : new StatusError('InternalError', `Internal error occurred: ${String(error)}`));
  } finally {
    resource.begun?.();
    leave();
    unlisten();
    clearTimeout(timeout);
    clearInterval(bookmarks);
    endFor(sink);
  }
};

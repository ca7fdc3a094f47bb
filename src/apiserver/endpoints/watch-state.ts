import { inProcess } from '../http/exchange.ts';
import { expired } from '../../apimachinery/errors/api-errors.ts';
import type { KeyValue, Revision } from '../../storage/contract.ts';
import { namespacePrefix } from '../registry/keys.ts';
import { readCollection } from '../registry/list.ts';
import { storeOf, type Registry } from '../registry/registry.ts';
import type { ViewSpec } from '../watch/view.ts';
import type { HeldPages } from './held-pages.ts';
import type { ResourceRequest } from './resource-request.ts';
import type { Selection } from './selection.ts';
import type { StateSeat, StateSeats } from './state-seats.ts';
import type { FrameSink } from './watch-values.ts';

/** A reader that takes nothing of the present state for so long is told to start again. */
const stalledMilliseconds = 30_000;
/** When others wait for its room. */
const shortMilliseconds = 2000;
/** The present state goes out in pieces of this size. */
const pieceBytes = 128 * 1024;
/** And is read in pages of about this size. */
const pageBytes = 2 ** 20;
const maxPageItems = 1000;
/** Nobody knows yet how large they are. */
const firstPageItems = 16;
/** Prefixes whose objects' sizes are remembered. */
const maxAverages = 1000;

export interface StateRequest {
  readonly registry: Registry;
  readonly resource: ResourceRequest;
  readonly selection: Selection;
  readonly spec: ViewSpec;
  readonly sink: FrameSink;
  readonly pages: HeldPages;
  readonly seats: StateSeats;
}

/** Whether the reader goes on within the time. */
const drainedSoon = (sink: FrameSink, seats: StateSeats): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const gaveUp = (): void => resolve(false);
    const long = setTimeout(gaveUp, stalledMilliseconds);
    const short = setInterval(() => seats.isWaitedFor && gaveUp(), shortMilliseconds);
    sink
      .drained()
      .then(() => resolve(true), reject)
      .finally(() => {
        clearTimeout(long);
        clearInterval(short);
      });
  });

const bytesOf = (items: readonly KeyValue[]): number => items.reduce((sum, { value }) => sum + value.length, 0);

/** As many frames as one piece takes: many small writes cost more than the objects in them. */
const pieceOf = (items: readonly KeyValue[], spec: ViewSpec): { readonly piece: Uint8Array; readonly count: number } => {
  const frames: Uint8Array[] = [];
  let size = 0;
  for (const { value } of items) {
    const frame = spec.encode('ADDED', value);
    frames.push(frame);
    spec.sent?.(frame.length, 1);
    size += frame.length;
    if (size >= pieceBytes) break;
  }
  return { piece: Buffer.concat(frames, size), count: frames.length };
};

/**
 * Writes the present state, in the order of its keys, and answers the one revision it shows. It is read in pages, and what a slow reader has
 * yet to see is read again later rather than held for it. @throws CompactedError, StatusError Expired when the reader takes nothing
 */
export const sendState = async (request: StateRequest): Promise<Revision> => {
  const { resource, seats } = request;
  // What is in this process takes all there is at once.
  if (resource.request.remoteAddress === inProcess) return send(request);
  const seat = await seats.take(resource.user.username);
  try {
    // While it waited for its seat.
    if (resource.request.signal.aborted || request.sink.isGone) throw expired('The reader has gone.');
    return await send(request, seat);
  } finally {
    seat.leave();
  }
};

const send = async ({ registry, resource, selection, spec, sink, pages, seats }: StateRequest, seat?: StateSeat): Promise<Revision> => {
  const { definition, info } = resource;
  const { name, matches, mayMatch } = selection;
  const namespace = info.namespace || selection.namespace;
  const prefix = namespacePrefix(definition, namespace);
  let items: readonly KeyValue[] = [];
  let revision: Revision | undefined;
  let after: string | undefined;
  const fitting = (averageBytes: number): number => Math.max(1, Math.min(maxPageItems, Math.floor(pageBytes / averageBytes)));
  const known = pages.averages.get(prefix);
  let limit = known === undefined ? firstPageItems : Math.min(firstPageItems, fitting(known));
  let isComplete = false;
  // A function of its own, so that nothing holds the page while the reader is waited for.
  const readPage = async (): Promise<void> => {
    const query = { definition, namespace, name, matches, mayMatch, limit, after, revision };
    const page = await readCollection(storeOf(registry, definition), query);
    items = page.items;
    revision = page.revision;
    isComplete = page.next === undefined;
    const averageBytes = bytesOf(items) / Math.max(items.length, 1);
    if (pages.averages.size >= maxAverages) pages.averages.clear();
    pages.averages.set(prefix, averageBytes);
    limit = fitting(averageBytes);
  };
  // A reader that has gone takes everything at once, and its signal may tell later.
  const isGone = (): boolean => resource.request.signal.aborted || sink.isGone === true;
  await readPage();
  while (items.length > 0 && !isGone()) {
    const { piece, count } = pieceOf(items, spec);
    after = items[count - 1]?.key.slice(prefix.length);
    items = items.slice(count);
    if (!sink.write(piece)) {
      seat?.holds(piece.length);
      const release = pages.hold(bytesOf(items));
      if (!release) {
        isComplete &&= items.length === 0;
        items = [];
      }
      if (!(await drainedSoon(sink, seats).finally(release))) {
        sink.cut?.();
        throw expired('The present state was not read: start again.');
      }
    }
    if (isGone()) break;
    if (items.length === 0 && !isComplete) await readPage();
  }
  return revision ?? 0n;
};

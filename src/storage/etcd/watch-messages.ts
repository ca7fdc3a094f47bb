import { decodeHeader, decodeKeyValue, type EtcdKeyValue } from './messages.ts';
import { decodeMessage, encodeChoice, encodeMessage } from './proto.ts';

export interface EtcdEvent {
  readonly type: 'put' | 'delete';
  readonly kv: EtcdKeyValue;
  readonly previous: EtcdKeyValue | undefined;
  /** There was a previous value, but it is compacted: etcd reads it only when it sends the event. */
  readonly isPreviousLost: boolean;
}

export interface WatchResponse {
  readonly revision: bigint;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly cancelReason: string;
  /** Not 0n when the watch was canceled because its start is compacted. */
  readonly compactRevision: bigint;
  /** More events of the same revisions follow in the next message. */
  readonly fragment: boolean;
  readonly events: readonly EtcdEvent[];
}

/** WatchCreateRequest with progress notifications, previous values and fragments. */
export function encodeWatchCreate({ key, rangeEnd, startRevision }: { key: Buffer; rangeEnd?: Buffer; startRevision: bigint }): Buffer {
  const create = encodeMessage([
    [1, key],
    [2, rangeEnd],
    [3, startRevision],
    [4, true],
    [6, true],
    [8, true],
  ]);
  return encodeChoice(1, create);
}

/** WatchProgressRequest: the server answers with its revision once the watch has seen everything. */
export const encodeWatchProgress = (): Buffer => encodeChoice(3, Buffer.alloc(0));

export function decodeWatchResponse(message: Buffer): WatchResponse {
  const events: EtcdEvent[] = [];
  let revision = 0n;
  let cancelReason = '';
  const numbers = new Map<number, bigint>();
  decodeMessage(message, {
    bytes(field, value) {
      if (field === 1) revision = decodeHeader(value);
      else if (field === 6) cancelReason = value.toString();
      else if (field === 11) events.push(decodeEvent(value));
    },
    number: (field, value) => void numbers.set(field, value),
  });
  const flag = (field: number): boolean => (numbers.get(field) ?? 0n) !== 0n;
  return {
    revision,
    cancelReason,
    events,
    created: flag(3),
    canceled: flag(4),
    compactRevision: numbers.get(5) ?? 0n,
    fragment: flag(7),
  };
}

function decodeEvent(message: Buffer): EtcdEvent {
  let type: EtcdEvent['type'] = 'put';
  let kv = decodeKeyValue(Buffer.alloc(0));
  let previous: EtcdKeyValue | undefined;
  decodeMessage(message, {
    number(field, value) {
      if (field === 1 && value === 1n) type = 'delete';
    },
    bytes(field, value) {
      if (field === 2) kv = decodeKeyValue(value);
      else if (field === 3) previous = decodeKeyValue(value);
    },
  });
  const isCreation = type === 'put' && kv.createRevision === kv.modRevision;
  return { type, kv, previous, isPreviousLost: previous === undefined && !isCreation };
}

import { decodeMessage, encodeChoice, encodeMessage } from './proto.ts';

/** Requests and answers of etcd's v3 API (etcdserverpb, mvccpb), reduced to the fields this driver uses. */

export interface EtcdKeyValue {
  readonly key: string;
  readonly value: Buffer;
  readonly createRevision: bigint;
  readonly modRevision: bigint;
  readonly lease: bigint;
}

export interface RangeRequest {
  readonly key: Buffer;
  readonly rangeEnd?: Buffer;
  readonly limit?: number;
  readonly revision?: bigint;
  readonly keysOnly?: boolean;
  readonly countOnly?: boolean;
}

export interface RangeResponse {
  readonly revision: bigint;
  readonly kvs: readonly EtcdKeyValue[];
  /** Keys in the range, however many of them were asked for. */
  readonly count: bigint;
}

export const encodeRange = (request: RangeRequest): Buffer =>
  encodeMessage([
    [1, request.key],
    [2, request.rangeEnd],
    [3, request.limit],
    [4, request.revision],
    [8, request.keysOnly],
    [9, request.countOnly],
  ]);

export function decodeRange(message: Buffer): RangeResponse {
  const kvs: EtcdKeyValue[] = [];
  let revision = 0n;
  let count = 0n;
  decodeMessage(message, {
    bytes(field, value) {
      if (field === 1) revision = decodeHeader(value);
      else if (field === 2) kvs.push(decodeKeyValue(value));
    },
    number(field, value) {
      if (field === 4) count = value;
    },
  });
  return { revision, kvs, count };
}

export interface PutRequest {
  readonly key: Buffer;
  readonly value: Uint8Array;
  readonly lease?: bigint;
  /** Keeps the lease the key has. */
  readonly ignoreLease?: boolean;
}

export type TxnOperation = { readonly range: RangeRequest } | { readonly put: PutRequest } | { readonly delete: { readonly key: Buffer } };

export interface TxnRequest {
  /** The key's modRevision that lets `success` run; 0n means absent. */
  readonly expected?: { readonly key: Buffer; readonly modRevision: bigint };
  readonly success: readonly TxnOperation[];
  readonly failure?: readonly TxnOperation[];
}

export interface TxnResponse {
  readonly revision: bigint;
  readonly succeeded: boolean;
  /** Of each operation the keys it read or removed. */
  readonly responses: readonly (readonly EtcdKeyValue[])[];
}

/** Compare: result EQUAL (0), target MOD (2). */
export const encodeTxn = ({ expected, success, failure = [] }: TxnRequest): Buffer =>
  Buffer.concat([
    ...(expected ? [encodeChoice(1, encodeCompare(expected))] : []),
    ...success.map((operation) => encodeChoice(2, encodeOperation(operation))),
    ...failure.map((operation) => encodeChoice(3, encodeOperation(operation))),
  ]);

const encodeCompare = ({ key, modRevision }: { readonly key: Buffer; readonly modRevision: bigint }): Buffer =>
  encodeMessage([
    [2, 2],
    [3, key],
    [6, modRevision],
  ]);

function encodeOperation(operation: TxnOperation): Buffer {
  if ('range' in operation) return encodeChoice(1, encodeRange(operation.range));
  if ('delete' in operation) {
    const withPrevious = encodeMessage([
      [1, operation.delete.key],
      [3, true],
    ]);
    return encodeChoice(3, withPrevious);
  }
  const { key, value, lease, ignoreLease } = operation.put;
  const put = encodeMessage([
    [1, key],
    [2, value],
    [3, lease],
    [6, ignoreLease],
  ]);
  return encodeChoice(2, put);
}

export function decodeTxn(message: Buffer): TxnResponse {
  const responses: (readonly EtcdKeyValue[])[] = [];
  let revision = 0n;
  let succeeded = false;
  decodeMessage(message, {
    bytes(field, value) {
      if (field === 1) revision = decodeHeader(value);
      else if (field === 3) responses.push(decodeOperationResponse(value));
    },
    number(field, value) {
      if (field === 2) succeeded = value !== 0n;
    },
  });
  return { revision, succeeded, responses };
}

function decodeOperationResponse(message: Buffer): readonly EtcdKeyValue[] {
  const kvs: EtcdKeyValue[] = [];
  decodeMessage(message, {
    bytes(kind, response) {
      const kvField = kind === 3 ? 3 : 2;
      decodeMessage(response, {
        bytes(field, value) {
          if (field === kvField && kind !== 2) kvs.push(decodeKeyValue(value));
        },
      });
    },
  });
  return kvs;
}

export const encodeCompaction = (revision: bigint): Buffer => encodeMessage([[1, revision]]);
export const encodeLeaseGrant = (ttlSeconds: number): Buffer => encodeMessage([[1, ttlSeconds]]);
export const encodeLeaseTimeToLive = (lease: bigint): Buffer => encodeMessage([[1, lease]]);
export const encodeAuthenticate = (name: string, password: string): Buffer =>
  encodeMessage([
    [1, name],
    [2, password],
  ]);

/** The number in one field of an answer; 0n when it is absent. */
export function decodeNumber(message: Buffer, wanted: number): bigint {
  let found = 0n;
  decodeMessage(message, {
    number(field, value) {
      if (field === wanted) found = value;
    },
  });
  return found;
}

/** A text field of a message; empty when it has none. */
function decodeText(message: Buffer, wanted: number): string {
  let found = '';
  decodeMessage(message, {
    bytes(field, value) {
      if (field === wanted) found = value.toString();
    },
  });
  return found;
}

/** AuthenticateResponse.token */
export function decodeToken(message: Buffer): string {
  return decodeText(message, 2);
}

/** StatusResponse.version, such as `3.5.16`. */
export function decodeVersion(message: Buffer): string {
  return decodeText(message, 2);
}

export function decodeHeader(message: Buffer): bigint {
  return decodeNumber(message, 3);
}

export function decodeKeyValue(message: Buffer): EtcdKeyValue {
  let key = '';
  let value: Buffer = Buffer.alloc(0);
  let createRevision = 0n;
  let modRevision = 0n;
  let lease = 0n;
  decodeMessage(message, {
    bytes(field, bytes) {
      if (field === 1) key = bytes.toString();
      else if (field === 5) value = bytes;
    },
    number(field, number) {
      if (field === 2) createRevision = number;
      else if (field === 3) modRevision = number;
      else if (field === 6) lease = number;
    },
  });
  return { key, value, createRevision, modRevision, lease };
}

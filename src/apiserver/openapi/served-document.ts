import { byteRange } from '../http/byte-range.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import { text } from '../http/respond.ts';

/** How a document is told apart from what it was before, and what it says of itself. */
export interface DocumentFacts {
  readonly contentType: string;
  /** Quoted; absent when only the time tells versions apart. */
  readonly etag?: string;
  readonly vary?: string;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

const isMatch = (ifNoneMatch: string, etag: string | undefined): boolean =>
  ifNoneMatch.split(',').some((each) => {
    const tag = each.trim();
    return tag === '*' || (etag !== undefined && tag.replace(/^W\//, '') === etag);
  });

/** Whether the client has the document already (RFC 9110, section 13). */
const isCurrent = ({ headers }: ApiRequest, { etag, modified }: DocumentFacts): boolean => {
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined) return isMatch(ifNoneMatch, etag);
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && Math.floor(modified / 1000) * 1000 <= since;
};

/** Whether the client wants the document only as it was once (RFC 9110, 13.1.1 and 13.1.4), and it is another. */
const isPreconditionLost = ({ headers }: ApiRequest, { etag, modified }: DocumentFacts): boolean => {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined) return !ifMatch.split(',').some((each) => each.trim() === '*' || (etag !== undefined && each.trim() === etag));
  const since = Date.parse(headers['if-unmodified-since'] ?? '');
  return !Number.isNaN(since) && Math.floor(modified / 1000) * 1000 > since;
};

/** `If-Range` holds back a part of what has become another document. */
const wantsPart = ({ method, headers }: ApiRequest, { etag, modified }: DocumentFacts): string | undefined => {
  const condition = headers['if-range'];
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  if (condition === undefined || condition === etag) return headers['range'];
  return Date.parse(condition) === Math.floor(modified / 1000) * 1000 ? headers['range'] : undefined;
};

/** A document as a file server answers it: whole or the part that is asked for, or 304 to who has it. */
export const servedDocument = (request: ApiRequest, bytes: () => Uint8Array, facts: DocumentFacts): ApiResponse => {
  const { contentType, etag, vary, modified } = facts;
  const shared = { ...(etag === undefined ? {} : { etag }), ...(vary === undefined ? {} : { vary }) };
  const lastModified = { 'last-modified': new Date(modified).toUTCString() };
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (isPreconditionLost(request, facts))
    return { status: 412, headers: { ...shared, ...lastModified, 'content-type': contentType }, body: new Uint8Array() };
  if (isRead && isCurrent(request, facts))
    return { status: 304, headers: etag === undefined ? { ...shared, ...lastModified } : shared, body: new Uint8Array() };
  const headers = { ...shared, ...lastModified, 'accept-ranges': 'bytes', 'content-type': contentType };
  const range = wantsPart(request, facts);
  if (!range) return { status: 200, headers, body: bytes() };
  const whole = bytes();
  const part = byteRange(range, whole.length);
  if (part === 'whole') return { status: 200, headers, body: whole };
  if (part === 'invalid') return refusedRange('invalid range', {});
  if (part === 'beyond') return refusedRange('invalid range: failed to overlap', { 'content-range': `bytes */${whole.length}` });
  const [start, end] = part;
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${start}-${end - 1}/${whole.length}` },
    body: whole.subarray(start, end),
  };
};

const refusedRange = (message: string, headers: Record<string, string>): ApiResponse => {
  const refused = text(416, `${message}\n`);
  return { ...refused, headers: { ...refused.headers, ...headers } };
};

/**
 * When a document became what it is, in milliseconds since the epoch: now, but always in a later second than it was before. Last-Modified
 * tells seconds, and a client that asks again by it would never hear of the second change of one.
 */
export const modifiedAfter = (before: number | undefined, now: number): number =>
  before === undefined ? now : Math.max(now, (Math.floor(before / 1000) + 1) * 1000);

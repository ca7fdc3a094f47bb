import type { ApiRequest, ApiResponse } from '../http/exchange.ts';

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

/** A document as a file server answers it: whole, whatever the method, or 304 to who has it. */
export const servedDocument = (request: ApiRequest, bytes: () => Uint8Array, facts: DocumentFacts): ApiResponse => {
  const { contentType, etag, vary, modified } = facts;
  const shared = { ...(etag === undefined ? {} : { etag }), ...(vary === undefined ? {} : { vary }) };
  const lastModified = { 'last-modified': new Date(modified).toUTCString() };
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (isRead && isCurrent(request, facts))
    return { status: 304, headers: etag === undefined ? { ...shared, ...lastModified } : shared, body: new Uint8Array() };
  return {
    status: 200,
    headers: { ...shared, ...lastModified, 'accept-ranges': 'bytes', 'content-type': contentType },
    body: bytes(),
  };
};

/**
 * When a document became what it is, in milliseconds since the epoch: now, but always in a later second than it was before. Last-Modified
 * tells seconds, and a client that asks again by it would never hear of the second change of one.
 */
export const modifiedAfter = (before: number | undefined, now: number): number =>
  before === undefined ? now : Math.max(now, (Math.floor(before / 1000) + 1) * 1000);

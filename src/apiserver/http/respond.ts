import { encodeJson } from '../../apimachinery/json/exact-json.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import { encodedResponse } from './encode-body.ts';
import type { ApiResponse } from './exchange.ts';
import type { OutputForm } from './negotiate.ts';

/** An answer of JSON bytes that are already encoded. */
export const jsonBytes = (status: number, body: Uint8Array | readonly Uint8Array[]): ApiResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body,
});

/** Encodes a value as the answer's JSON. */
export const json = (status: number, value: unknown): ApiResponse => jsonBytes(status, Buffer.from(`${encodeJson(value)}\n`));

export const text = (status: number, body: string): ApiResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: Buffer.from(body),
});

/** The answer of one health check: as `text`, but nobody is told not to guess its type. */
export const plainText = (status: number, body: string): ApiResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: Buffer.from(body),
});

/** What kube-apiserver answers where nothing is served at all. */
export const pageNotFound = (): ApiResponse => text(404, '404 page not found\n');

/** What kube-apiserver answers for an aggregated API server that is not there. */
export const serviceUnavailable = (): ApiResponse => text(503, 'service unavailable\n');

const plainJson: OutputForm = { format: 'json', pretty: false };

/** Any failure as a Status, in the form the client takes. An error that is not a StatusError is the server's own fault: 500, without its inner message's stack. */
export const errorResponse = (error: unknown, form: OutputForm = plainJson): ApiResponse => {
  const known =
    error instanceof StatusError
      ? error
      : new StatusError('InternalError', `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`, {
          details: { causes: [{ message: error instanceof Error ? error.message : String(error) }] },
        });
  const response = encodedResponse(known.code, known.toStatus(), form);
  const retryAfter = known.details?.retryAfterSeconds;
  if (retryAfter) response.headers['retry-after'] = String(retryAfter);
  return response;
};

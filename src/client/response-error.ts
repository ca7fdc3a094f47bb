import { StatusError, statusCodes } from '../apimachinery/errors/status-error.ts';
import type { Status, StatusErrorOptions, StatusReason } from '../apimachinery/errors/status-error.ts';

const reasonByCode: Readonly<Record<number, StatusReason>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** The error a meta/v1 Status stands for; unknown reasons are told by their code. */
export const errorOfStatus = (status: Partial<Status>): StatusError => {
  const code = status.code ?? 500;
  const reason = status.reason && status.reason in statusCodes ? status.reason : (reasonByCode[code] ?? 'InternalError');
  const options: StatusErrorOptions = { code, ...(status.details ? { details: status.details } : {}) };
  return new StatusError(reason, status.message ?? `the server answered ${code}`, options);
};

const isStatus = (value: unknown): value is Status =>
  typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'Status';

/** The error of a non-2xx answer: its Status body when it has one, else one made of the code and the first of the text. */
export const errorOfResponse = (code: number, body: Uint8Array): StatusError => {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  try {
    const parsed: unknown = JSON.parse(text);
    if (isStatus(parsed)) return errorOfStatus(parsed.code ? parsed : { ...parsed, code });
  } catch {
    // Not JSON: a proxy's or load balancer's page.
  }
  const found = text.trim().slice(0, 200);
  return errorOfStatus({ code, message: found === '' ? `the server answered ${code}` : `the server answered ${code}: ${found}` });
};

export { isStatus };

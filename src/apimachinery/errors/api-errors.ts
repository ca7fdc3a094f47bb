import { formatGroupResource } from '../meta/group-version.ts';
import { goQuote } from '../text/go-quote.ts';
import type { FieldError } from '../validation/field-error.ts';
import { aggregateMessages, formatFieldError, formatFieldErrorBody } from '../validation/format-field-error.ts';
import { StatusError, type StatusCause, type StatusDetails } from './status-error.ts';

export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

const detailsOf = ({ group, resource }: GroupResource, name = ''): StatusDetails => ({
  ...(name === '' ? {} : { name }),
  ...(group === '' ? {} : { group }),
  ...(resource === '' ? {} : { kind: resource }),
});

const qualified = ({ group, resource }: GroupResource): string => formatGroupResource(group, resource);

export const notFound = (resource: GroupResource, name: string): StatusError =>
  new StatusError('NotFound', `${qualified(resource)} ${goQuote(name)} not found`, { details: detailsOf(resource, name) });

/** The path names nothing that is served. */
export const pathNotFound = (): StatusError =>
  new StatusError('NotFound', 'the server could not find the requested resource', { details: {} });

export const alreadyExists = (resource: GroupResource, name: string): StatusError =>
  new StatusError('AlreadyExists', `${qualified(resource)} ${goQuote(name)} already exists`, { details: detailsOf(resource, name) });

/** Every generated name that was tried was taken. */
export const generateNameConflict = (resource: GroupResource, name: string, retryAfterSeconds = 1): StatusError =>
  new StatusError(
    'AlreadyExists',
    `${qualified(resource)} ${goQuote(name)} already exists, the server was not able to generate a unique name for the object`,
    { details: { ...detailsOf(resource, name), retryAfterSeconds } },
  );

/** What a stale resourceVersion is answered with. */
export const modifiedMessage = 'the object has been modified; please apply your changes to the latest version and try again';

export const conflict = (resource: GroupResource, name: string, reason: string = modifiedMessage): StatusError =>
  new StatusError('Conflict', `Operation cannot be fulfilled on ${qualified(resource)} ${goQuote(name)}: ${reason}`, {
    details: detailsOf(resource, name),
  });

/** Of an object that has everything wrong, so many fields are told. */
const maxFieldErrors = 1000;

/** Field validation failed: every error becomes a cause, and the message lists them all. */
export const invalidObject = ({ group, kind }: GroupKind, name: string, all: readonly FieldError[]): StatusError => {
  const errors = all.slice(0, maxFieldErrors);
  const causes = errors.map((error): StatusCause => ({
    reason: error.type,
    message: formatFieldErrorBody(error),
    field: error.field === '' ? '<nil>' : error.field,
  }));
  const subject = `${formatGroupResource(group, kind)} ${goQuote(name)} is invalid`;
  return new StatusError('Invalid', errors.length === 0 ? subject : `${subject}: ${aggregateMessages(errors.map(formatFieldError))}`, {
    details: {
      ...(name === '' ? {} : { name }),
      ...(group === '' ? {} : { group }),
      ...(kind === '' ? {} : { kind }),
      ...(causes.length > 0 ? { causes } : {}),
    },
  });
};

/** Refused by admission or a rule: `pods "x" is forbidden: REASON`. */
export const forbidden = (resource: GroupResource, name: string, reason: string): StatusError => {
  const subject = resource.resource === '' ? 'forbidden' : `${qualified(resource)}${name === '' ? '' : ` ${goQuote(name)}`} is forbidden`;
  return new StatusError('Forbidden', `${subject}: ${reason}`, { details: detailsOf(resource, name) });
};

export const unauthorized = (message = 'Unauthorized'): StatusError => new StatusError('Unauthorized', message);

export const badRequest = (message: string): StatusError => new StatusError('BadRequest', message);

export const methodNotSupported = (resource: GroupResource, action: string): StatusError =>
  new StatusError('MethodNotAllowed', `${action} is not supported on resources of kind ${goQuote(qualified(resource))}`, {
    details: detailsOf(resource),
  });

/** The path exists, the HTTP method does not. */
export const methodNotAllowed = (): StatusError =>
  new StatusError('MethodNotAllowed', 'the server does not allow this method on the requested resource', { details: {} });

export const gone = (message: string): StatusError => new StatusError('Gone', message);

/** A resourceVersion or continue token that is too old. */
export const expired = (message: string): StatusError => new StatusError('Expired', message);

/** The asked-for revision was compacted: `too old resource version: 5 (17)`. */
export const tooOldResourceVersion = (asked: bigint | string, oldest: bigint | string): StatusError =>
  expired(`too old resource version: ${asked} (${oldest})`);

/** The asked-for revision lies in the future; clients wait and try again. */
export const tooLargeResourceVersion = (asked: bigint | string, current: bigint | string, retryAfterSeconds = 1): StatusError =>
  new StatusError('Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds },
  });

export const tooLarge = (message: string): StatusError => new StatusError('RequestEntityTooLarge', `Request entity too large: ${message}`);

/** The request body is over the limit, in bytes. */
export const bodyTooLarge = (limitBytes: number): StatusError => tooLarge(`limit is ${limitBytes}`);

export const notAcceptable = (mediaTypes: readonly string[]): StatusError =>
  new StatusError('NotAcceptable', `only the following media types are accepted: ${mediaTypes.join(', ')}`);

export const unsupportedMediaType = (mediaTypes: readonly string[]): StatusError =>
  new StatusError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${mediaTypes.join(', ')}`,
  );

export const tooManyRequests = (message: string, retryAfterSeconds: number): StatusError =>
  new StatusError('TooManyRequests', message, { details: { retryAfterSeconds } });

export const serviceUnavailable = (message: string): StatusError => new StatusError('ServiceUnavailable', message);

export const timeout = (message: string, retryAfterSeconds = 0): StatusError =>
  new StatusError('Timeout', `Timeout: ${message}`, { details: retryAfterSeconds > 0 ? { retryAfterSeconds } : {} });

export const serverTimeout = (resource: GroupResource, operation: string, retryAfterSeconds: number): StatusError =>
  new StatusError(
    'ServerTimeout',
    `The ${operation} operation against ${qualified(resource)} could not be completed at this time, please try again.`,
    { details: { ...detailsOf(resource, operation), retryAfterSeconds } },
  );

export const internalError = (message: string, cause?: unknown): StatusError =>
  new StatusError('InternalError', `Internal error occurred: ${message}`, {
    details: { causes: [{ message }] },
    ...(cause === undefined ? {} : { cause }),
  });

/** Server-side apply met fields that others own. */
export const applyConflict = (causes: StatusCause[], message: string): StatusError =>
  new StatusError('Conflict', message, { details: { causes } });

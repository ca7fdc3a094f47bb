import { goQuote } from '../text/go-quote.ts';
import { forbidden } from './api-errors.ts';
import { StatusError } from './status-error.ts';

export interface DeniedRequest {
  readonly user: string;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** The authorizer's explanation, if it gave one. */
  readonly reason?: string;
}

const withReason = (message: string, reason: string | undefined): string => (reason ? `${message}: ${reason}` : message);

/** `pods "x" is forbidden: User "u" cannot get resource "pods" in API group "" in the namespace "y": reason`. */
export const authorizationDenied = (request: DeniedRequest): StatusError => {
  const resource = request.subresource ? `${request.resource}/${request.subresource}` : request.resource;
  const scope = request.namespace ? `in the namespace ${goQuote(request.namespace)}` : 'at the cluster scope';
  const message = `User ${goQuote(request.user)} cannot ${request.verb} resource ${goQuote(resource)} in API group ${goQuote(request.group)} ${scope}`;
  return forbidden({ group: request.group, resource: request.resource }, request.name ?? '', withReason(message, request.reason));
};

/** The same for a path that is no resource: `forbidden: User "u" cannot get path "/metrics"`. */
export const pathDenied = (user: string, { verb, path, reason }: { verb: string; path: string; reason?: string }): StatusError =>
  new StatusError('Forbidden', withReason(`forbidden: User ${goQuote(user)} cannot ${verb} path ${goQuote(path)}`, reason), {
    details: {},
  });

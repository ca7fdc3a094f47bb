import { randomUUID } from 'node:crypto';
import { authorizationDenied, pathDenied } from '../apimachinery/errors/authorization-denied.ts';
import { StatusError } from '../apimachinery/errors/status-error.ts';
import {
  badRequest,
  expired,
  pathNotFound,
  serviceUnavailable,
  tooLarge,
  tooLargeResourceVersion,
  unauthorized,
} from '../apimachinery/errors/api-errors.ts';
import { type FieldSelector, requiredFieldValue, parseFieldSelector } from '../apimachinery/selectors/field-selector.ts';
import { ClosedError, CompactedError, FutureRevisionError, StoreUnavailableError } from '../storage/errors.ts';
import type { ApiServerLogger } from './contract.ts';
import type { RequestObservation, ServerContext, ServerExtension } from './extension.ts';
import type { RequestFilter } from './metrics/filter-measures.ts';
import type { ServerMeasures } from './metrics/server-measures.ts';
import { type FlowRefusal, type FlowTurn, isRefusal } from './flowcontrol/contract.ts';
import { releaseWhenRead } from './flowcontrol/release-when-read.ts';
import { compressed } from './http/compress.ts';
import { type ApiHandler, type ApiRequest, type ApiResponse, sizeOf, type UserInfo } from './http/exchange.ts';
import { AuditRejection, type AuditTurn } from './audit/auditor.ts';
import { parseRequestInfo, type RequestInfo } from './http/request-info.ts';
import { DurationError } from '../apimachinery/time/duration.ts';
import { timed } from './metrics/timed.ts';
import { readableForm } from './http/pretty.ts';
import { negotiateStatus } from './http/negotiate.ts';
import { answeredBefore, givenDeadline } from './http/request-timeout.ts';
import { errorResponse, pageNotFound, plainText, text as textResponse } from './http/respond.ts';
import type { Annotate } from './audit/annotate.ts';
import { createWarnings, type Warnings } from './http/warnings.ts';
import type { PlainRoute } from './http/route.ts';
import { anonymousUser } from './authentication/contract.ts';

export interface PipelineOptions {
  readonly extensions: readonly ServerExtension[];
  readonly authenticate: ServerContext['authenticate'];
  readonly authorize: ServerContext['authorize'];
  readonly log: ApiServerLogger;
  readonly now: () => number;
  /** Hears how long each filter took. */
  readonly onFiltered?: ServerMeasures['filter'] | undefined;
  /** Serves a resource; undefined when nothing is served there. */
  /** Whether any version of the group is served here. */
  readonly isServedGroup: (group: string) => boolean;
  readonly serveResource: (routed: Routed) => Promise<ApiResponse> | undefined;
  /** Whether the resource is one of a definition: an aggregated server that is registered for its group version has it instead. */
  readonly isCustom: (info: RequestInfo) => boolean;
}

/** A request whose caller is known. */
export interface Routed {
  readonly request: ApiRequest;
  readonly user: UserInfo;
  readonly info: RequestInfo;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly warnings: Warnings;
  readonly annotate?: Annotate | undefined;
  /** When the client wants the answer, on the clock of performance.now(). */
  readonly deadline?: number | undefined;
  /** Of a watch: what was there at first is on its way; from now on it only waits. */
  readonly begun?: (() => void) | undefined;
}

/** What V8 throws when values nest, or calls take more arguments, than its stack holds: only a request's own content is that large. */
const isStackOverflow = (error: unknown): boolean => error instanceof RangeError && error.message === 'Maximum call stack size exceeded';

const requestErrors = (error: unknown): unknown => {
  if (isStackOverflow(error)) return tooLarge('there is more to it than the server takes in one object');
  if (error instanceof CompactedError) return expired(`The resourceVersion for the provided list is too old. ${error.message}`);
  if (error instanceof FutureRevisionError) return tooLargeResourceVersion('', error.current);
  if (error instanceof ClosedError) return serviceUnavailable('the server is shutting down');
  if (error instanceof StoreUnavailableError)
    return new StatusError('InternalError', `Internal error occurred: ${error.message}`, { cause: error });
  return error;
};

/** Of an Audit-ID that a client gives. */
const maxAuditIDLength = 64;

const noFields: FieldSelector = { requirements: [] };

/** What a list, watch or deletecollection selects by field; authorizers see a selector that makes sense, or none. */
const selectedFields = ({ info, query }: Routed): FieldSelector => {
  const selector = query.get('fieldSelector');
  if (!selector || info.verb === 'create') return noFields;
  try {
    return parseFieldSelector(selector);
  } catch {
    return noFields;
  }
};

const scopeOf = (info: RequestInfo): string =>
  !info.isResource ? '' : info.name !== '' || info.verb === 'create' ? 'resource' : info.namespace !== '' ? 'namespace' : 'cluster';

const dryRunOf = (query: URLSearchParams): RequestObservation['dryRun'] =>
  !query.has('dryRun') ? '' : query.getAll('dryRun').every((value) => value === 'All') ? 'All' : 'invalid';

/** Server-side apply is a patch by its method, a verb of its own in metrics. */
const observedVerb = ({ verb }: RequestInfo, { headers }: ApiRequest): string =>
  verb === 'patch' && headers['content-type']?.startsWith('application/apply-patch') ? 'apply' : verb;

/**
 * Calls `end`, which must not throw, with the answer's bytes, once: now, or when the stream is done, or will never begin as its reader has
 * gone.
 */
const ended = (response: ApiResponse, end: (bytes: number) => void, request: ApiRequest): ApiResponse => {
  const { body } = response;
  if (typeof body !== 'function' || request.signal.aborted) {
    end(sizeOf(body));
    return response;
  }
  const { signal } = request;
  const gone = (): void => end(0);
  signal.addEventListener('abort', gone, { once: true });
  return {
    ...response,
    body: async (sink) => {
      signal.removeEventListener('abort', gone);
      try {
        await body(sink);
      } finally {
        end(sink.written ?? 0);
      }
    },
  };
};

const tooManyRequests = ({ headers, retryAfterSeconds }: FlowRefusal): ApiResponse => {
  const response = textResponse(429, 'Too many requests, please try again later.\n');
  return { ...response, headers: { ...response.headers, ...headers, 'retry-after': String(retryAfterSeconds) } };
};

/** Authenticate → flow control → authorize → serve: the whole server as one function. */
export const createPipeline = (options: PipelineOptions): ApiHandler => {
  const { extensions, authorize, log, now } = options;
  const exact = new Map<string, PlainRoute>();
  const prefixes: PlainRoute[] = [];
  for (const route of extensions.flatMap((extension) => extension.routes ?? [])) {
    if (route.path.endsWith('/') && route.path !== '/') prefixes.push(route);
    else exact.set(route.path, route);
  }
  const flow = extensions.find((extension) => extension.flow)?.flow;
  const trackers = extensions.flatMap((extension) => extension.track ?? []);
  const observers = extensions.flatMap((extension) => extension.observe ?? []);
  const impersonations = extensions.flatMap((extension) => extension.impersonate ?? []);
  const fallbacks = extensions.flatMap((extension) => extension.fallback ?? []);

  const auditor = extensions.find((extension) => extension.audit)?.audit;
  const { onFiltered } = options;
  const filtered = <T>(name: RequestFilter, filter: () => T | Promise<T>): T | Promise<T> =>
    onFiltered ? timed(filter, (seconds) => onFiltered(name, seconds)) : filter();

  const identify = async (request: ApiRequest): Promise<UserInfo> => request.user ?? (await options.authenticate(request)) ?? anonymousUser;

  /** Who the caller acts as; that somebody else does is for the audit log. */
  const impersonated = async (request: ApiRequest, caller: UserInfo, turn: AuditTurn | undefined): Promise<UserInfo> => {
    let user = caller;
    for (const impersonate of impersonations) user = await impersonate(request, user);
    if (user !== caller) turn?.impersonated(user);
    return user;
  };

  const permit = async (routed: Routed, audited: AuditTurn | undefined): Promise<void> => {
    const { user, info, path } = routed;
    const { group, version, resource, subresource, namespace } = info;
    const selected = selectedFields(routed);
    // One name that is selected by field is authorized as that name.
    const name = info.name || (requiredFieldValue(selected, 'metadata.name') ?? '');
    const fields = selected.requirements.length > 0 ? { fields: selected.requirements } : {};
    const attributes = info.isResource
      ? { user, verb: info.verb, resource: { group, version, resource, subresource, namespace, name, ...fields } }
      : { user, verb: info.verb, nonResource: { path } };
    const { decision, reason } = await authorize(attributes);
    audited?.decided(decision === 'allow' ? 'allow' : 'forbid', reason);
    if (decision === 'allow') return;
    if (!info.isResource) throw pathDenied(user.username, { verb: info.verb, path, reason });
    throw authorizationDenied({ user: user.username, verb: info.verb, group, resource, subresource, namespace, name, reason });
  };

  const serveElsewhere = async ({ request, user }: Routed): Promise<ApiResponse | undefined> => {
    for (const fallback of fallbacks) {
      const response = await fallback(request, user);
      if (response) return response;
    }
    return undefined;
  };

  const serve = async (routed: Routed): Promise<ApiResponse> => {
    const { path, info } = routed;
    if (info.isResource) {
      const isCustom = options.isCustom(info);
      const served = (isCustom ? await serveElsewhere(routed) : undefined) ?? (await options.serveResource(routed));
      if (served) return served;
      const elsewhere = isCustom ? undefined : await serveElsewhere(routed);
      if (elsewhere) return elsewhere;
      if (options.isServedGroup(info.group)) throw pathNotFound();
    }
    const route = exact.get(path) ?? prefixes.find((prefix) => path.startsWith(prefix.path));
    return route ? route.handle(routed) : pageNotFound();
  };

  return async (received) => {
    let request = received;
    const started = now();
    const question = request.url.indexOf('?');
    const path = decodedPath(question < 0 ? request.url : request.url.slice(0, question));
    if (path === undefined) return malformed();
    const query = new URLSearchParams(question < 0 ? '' : request.url.slice(question + 1));
    const info = parseRequestInfo(request.method, path, query);
    const warnings = createWarnings();
    const verb = observedVerb(info, request);
    const { group, version, resource, subresource } = info;
    const tracked = { verb, group, version, resource, subresource, scope: scopeOf(info) };
    const ends: ((bytes: number) => void)[] = trackers.map((track) => track(tracked));
    let user: UserInfo | undefined;
    let response: ApiResponse;
    let turn: FlowTurn | undefined;
    let audited: AuditTurn | undefined;
    let denied = false;
    let isCrowded = false;
    const auditID = request.headers['audit-id']?.slice(0, maxAuditIDLength) ?? randomUUID();
    const exchange = { request: received, auditID, info, path };
    try {
      const deadline = deadlineOf(info, query);
      const caller = await filtered('authentication', () => identify(received));
      user = caller;
      audited = auditor?.begin(exchange, caller);
      if (audited) request = audited.request;
      if (audited?.received) await audited.received;
      denied = true;
      user = await filtered('impersonation', () => impersonated(request, caller, audited));
      denied = false;
      const routed: Routed = { request, user, info, path, query, warnings, annotate: audited?.annotate, deadline };
      const outcome = flow && !isEndless(info) ? await filtered('priorityandfairness', () => flow(routed)) : undefined;
      if (outcome && isRefusal(outcome)) response = { ...tooManyRequests(outcome), terminatedBy: 'apiserver' };
      else {
        turn = outcome;
        if (turn) ends.push(turn.leave);
        denied = true;
        await filtered('authorization', () => permit(routed, audited));
        denied = false;
        isCrowded = true;
        if (info.verb === 'list' && request.room) await request.room(user.username);
        isCrowded = false;
        const answer = serve(turn && info.verb === 'watch' ? { ...routed, begun: turn.release } : routed);
        response = await (deadline === undefined ? answer : answeredBefore(deadline, answer));
      }
    } catch (thrown) {
      const error = requestErrors(thrown);
      if (thrown instanceof AuditRejection) response = thrown.response;
      else {
        if (!(error instanceof StatusError))
          log.error('request failed', { method: request.method, path, error: thrown instanceof Error ? thrown.stack : String(thrown) });
        response = errorResponse(error, readableForm(negotiateStatus(request.headers['accept']), request, query));
      }
      if (isCrowded || thrown instanceof ClosedError) response.terminatedBy = 'apiserver';
    }
    const release = turn?.release;
    if (release && typeof response.body === 'function') ends.push(() => release());
    else if (turn) releaseWhenRead(turn, request, response);
    if (user) response.reader = user.username;
    if (denied) response.headers['x-content-type-options'] = 'nosniff';
    response.headers['audit-id'] ??= auditID;
    if (turn) Object.assign(response.headers, turn.headers);
    response.headers['cache-control'] ??= 'no-cache, private';
    if (warnings.size > 0) response.headers['warning'] = warnings.headers();
    if (audited) response = await audited.answered(response);
    else if (!user && auditor) response = await auditor.refused(exchange, response);
    if (observers.length > 0) {
      const { status: code, terminatedBy } = response;
      ends.push((responseBytes) => {
        const observation: RequestObservation = {
          verb,
          group,
          version,
          resource,
          subresource,
          scope: tracked.scope,
          path,
          user,
          code,
          terminatedBy,
          durationSeconds: (now() - started) / 1000,
          dryRun: dryRunOf(query),
          responseBytes,
          fieldValidation: query.get('fieldValidation') ?? undefined,
          requestBytes: request.content === undefined ? Number(request.headers['content-length'] ?? 0) : undefined,
        };
        for (const observe of observers) observe(observation);
      });
    }
    // Nobody is there any more to be told of a mistake: it must not end the process.
    const end = (bytes: number): void => {
      for (const each of ends) {
        try {
          each(bytes);
        } catch (error) {
          log.error('request could not be recorded', { path, error: error instanceof Error ? error.stack : String(error) });
        }
      }
    };
    return compressed(request, ends.length > 0 ? ended(response, end, request) : response);
  };
};

/** Undefined when there is a percent sign that escapes nothing. */
const decodedPath = (path: string): string | undefined => {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
};

/** What is no request at all is answered before anybody looks at it. */
const malformed = (): ApiResponse => plainText(400, '400 Bad Request');

const endless = new Set(['attach', 'exec', 'log', 'portforward', 'proxy']);

/** Requests that last as long as their client wants take no turn and have no time limit; a watch does take a turn to begin. */
const isEndless = ({ verb, subresource }: RequestInfo): boolean => verb === 'proxy' || endless.has(subresource);

/** When a request that ends by itself must have its answer, if it says so. @throws StatusError BadRequest when that is no time */
const deadlineOf = (info: RequestInfo, query: URLSearchParams): number | undefined => {
  if (info.verb === 'watch' || isEndless(info)) return undefined;
  try {
    return givenDeadline(query.get('timeout'));
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw badRequest(`invalid timeout specified in the request URL - ${error.message}`);
  }
};

/** @throws StatusError Unauthorized when a credential was given that nobody takes */
export const chainAuthenticators =
  (extensions: readonly ServerExtension[]): ServerContext['authenticate'] =>
  async (request) => {
    for (const extension of extensions) {
      for (const authenticator of extension.authenticators ?? []) {
        const user = await authenticator(request);
        if (user) return user;
      }
    }
    if (request.headers['authorization']) throw unauthorized();
    return undefined;
  };

/** The first authorizer with an opinion decides. */
export const chainAuthorizers =
  (extensions: readonly ServerExtension[]): ServerContext['authorize'] =>
  async (attributes) => {
    const reasons: string[] = [];
    for (const extension of extensions) {
      for (const authorizer of extension.authorizers ?? []) {
        const decision = await authorizer(attributes);
        if (decision.decision !== 'no-opinion') return decision;
        if (decision.reason !== '') reasons.push(decision.reason);
      }
    }
    return { decision: 'no-opinion', reason: reasons.join('\n') };
  };

import { type ApiRequest, type ApiResponse, inProcess, type UserInfo } from '../http/exchange.ts';
import type { RequestInfo } from '../http/request-info.ts';
import type { AuditBackend } from './backend.ts';
import { createEntry } from './entry.ts';
import { auditEvent, type AuditRecord } from './event.ts';
import { type AuditConfig, compileAuditPolicy } from './match-rule.ts';
import type { Annotate } from './annotate.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import { text } from '../http/respond.ts';
import { type AuditLevel, levels, type AuditPolicy, type AuditStage } from './policy.ts';

/** A request may not go on as its first event could not be stored. */
export class AuditRejection extends Error {
  override readonly name = 'AuditRejection';
  readonly response: ApiResponse;

  constructor(url: string) {
    super('failed to store audit event');
    this.response = text(500, `Internal Server Error: ${goQuote(url)}: ${this.message}\n`);
  }
}

/** One request that is audited. */
export interface AuditTurn {
  /** The request, whose body is heard of when somebody reads it. */
  readonly request: ApiRequest;
  /** Where the request has to wait: resolves once its first event is stored, rejects with AuditRejection when it cannot go on. */
  readonly received: Promise<void> | undefined;
  impersonated(user: UserInfo): void;
  decided(decision: 'allow' | 'forbid', reason: string): void;
  readonly annotate: Annotate;
  /** The answer, whose end is heard of; later where it has to wait until that is stored. */
  answered(response: ApiResponse): ApiResponse | Promise<ApiResponse>;
}

/** A request whose caller is known or, for `refused`, is not. */
export interface AuditedExchange {
  readonly request: ApiRequest;
  readonly auditID: string;
  readonly info: RequestInfo;
  readonly path: string;
}

export interface Auditor {
  /** Undefined: the policy does not want to know. */
  begin(exchange: AuditedExchange, user: UserInfo): AuditTurn | undefined;
  /** Somebody came with bad credentials. */
  refused(exchange: AuditedExchange, response: ApiResponse): ApiResponse | Promise<ApiResponse>;
}

const maxUserAgent = 1024;
const truncated = (agent: string): string => (agent.length > maxUserAgent ? `${agent.slice(0, maxUserAgent)}...TRUNCATED` : agent);

/** Subresources whose answers go on and on. */
const streams = new Set(['log', 'exec', 'attach', 'portforward', 'proxy']);

const sourceIPs = ({ headers, remoteAddress }: ApiRequest): string[] => {
  const forwarded = (headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
  const peer = remoteAddress === inProcess ? '127.0.0.1' : remoteAddress.replace(/^::ffff:/, '');
  return [...new Set([...forwarded, peer])];
};

const bytesOf = (body: ApiResponse['body']): Uint8Array =>
  typeof body === 'function' ? new Uint8Array() : body instanceof Uint8Array ? body : Buffer.concat(body);

export interface AuditorOptions {
  readonly backend: AuditBackend;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onEvent: () => void;
  /** Hears of every request, once. */
  readonly onLevel: (level: AuditLevel) => void;
  /** Hears of requests that end as their first event could not be stored. */
  readonly onRejected: () => void;
}

/** After that, once there was something to wait for. */
const after = <T>(stored: Promise<unknown> | undefined, value: T): T | Promise<T> => (stored ? stored.then(() => value) : value);

/** Audits by a policy. Requests wait only where the backend makes them. */
export const createAuditor = (policy: AuditPolicy, { backend, now, onEvent, onLevel, onRejected }: AuditorOptions): Auditor => {
  const judge = compileAuditPolicy(policy);
  // The clock has milliseconds; within them performance's goes on.
  const offset = now() - performance.now();
  const microseconds = (): number => Math.round((offset + performance.now()) * 1000);

  const start = ({ request, auditID, info }: AuditedExchange, user: Partial<UserInfo>, config: AuditConfig): AuditRecord => ({
    config,
    auditID,
    requestURI: request.url,
    info,
    user,
    sourceIPs: sourceIPs(request),
    userAgent: truncated(request.headers['user-agent'] ?? ''),
    received: microseconds(),
  });

  const emit = (record: AuditRecord, stage: AuditStage, at = microseconds()): Promise<boolean> | undefined => {
    if (record.config.omitStages.has(stage)) return undefined;
    onEvent();
    // What comes later does not change what this event says.
    const snapshot = { ...record };
    const held = 512 + (record.request?.bytes.length ?? 0) + (record.response?.bytes.length ?? 0);
    return backend.store(createEntry(() => auditEvent(snapshot, stage, at), held));
  };

  return {
    begin(exchange, user) {
      const { request, info, path } = exchange;
      const config = judge({ ...info, path }, user);
      onLevel(config.level);
      if (config.level === 'None') return undefined;
      const record = start(exchange, user, config);
      const received = emit(record, 'RequestReceived', record.received)?.then((mayGoOn) => {
        if (mayGoOn) return;
        onRejected();
        throw new AuditRejection(request.url);
      });
      const isLong = info.verb === 'watch' || streams.has(info.subresource);
      const wantsAnswer = config.level === 'RequestResponse';
      return {
        received,
        request: {
          ...request,
          content: undefined,
          body: async () => {
            const bytes = await request.body();
            record.request = { type: request.headers['content-type'] ?? '', bytes };
            return bytes;
          },
        },
        impersonated(as) {
          record.impersonatedUser = as;
        },
        decided(decision, reason) {
          record.annotations = { ...record.annotations, 'authorization.k8s.io/decision': decision, 'authorization.k8s.io/reason': reason };
        },
        annotate(key, value, from = 'Metadata') {
          if (levels.indexOf(config.level) >= levels.indexOf(from)) record.annotations = { ...record.annotations, [key]: value };
        },
        answered(response) {
          const { status, headers, body } = response;
          const wanted = wantsAnswer || status >= 400 || info.verb === 'delete';
          record.response = { code: status, type: String(headers['content-type'] ?? ''), bytes: wanted ? bytesOf(body) : new Uint8Array() };
          const started = isLong ? emit(record, 'ResponseStarted') : undefined;
          if (typeof body !== 'function') {
            const complete = emit(record, 'ResponseComplete');
            return after(started && complete ? Promise.all([started, complete]) : (started ?? complete), response);
          }
          return after(started, {
            ...response,
            body: async (stream) => {
              try {
                await body(stream);
              } finally {
                await emit(record, 'ResponseComplete');
              }
            },
          });
        },
      };
    },
    refused(exchange, response) {
      const { status, headers, body } = response;
      const { info, path } = exchange;
      const nobody = { username: '', groups: [] };
      const config = judge({ ...info, path }, nobody);
      onLevel(config.level);
      if (config.level === 'None') return response;
      const record = start(exchange, {}, config);
      record.response = { code: status, type: String(headers['content-type'] ?? ''), bytes: bytesOf(body) };
      return after(emit(record, 'ResponseStarted'), response);
    },
  };
};

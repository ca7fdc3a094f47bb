import { type ApiRequest, type ApiResponse, inProcess, type UserInfo } from '../http/exchange.ts';
import type { RequestInfo } from '../http/request-info.ts';
import { auditLine, type AuditRecord } from './event.ts';
import type { AuditSink } from './log-file.ts';
import { type AuditConfig, compileAuditPolicy } from './match-rule.ts';
import type { Annotate } from './annotate.ts';
import { levels, type AuditPolicy, type AuditStage } from './policy.ts';

/** One request that is audited. */
export interface AuditTurn {
  /** The request, whose body is heard of when somebody reads it. */
  readonly request: ApiRequest;
  impersonated(user: UserInfo): void;
  decided(decision: 'allow' | 'forbid', reason: string): void;
  readonly annotate: Annotate;
  /** The answer, whose end is heard of. */
  answered(response: ApiResponse): ApiResponse;
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
  refused(exchange: AuditedExchange, response: ApiResponse): void;
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

/** Audits by a policy. Nothing here makes a request wait: events are made and written when the server has time. */
export const createAuditor = (
  policy: AuditPolicy,
  {
    sink,
    now,
    onEvent,
  }: { readonly sink: AuditSink; /** Milliseconds since the epoch. */ readonly now: () => number; readonly onEvent: () => void },
): Auditor => {
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

  const emit = (record: AuditRecord, stage: AuditStage, at = microseconds()): void => {
    if (record.config.omitStages.has(stage)) return;
    onEvent();
    // What comes later does not change what this event says.
    const snapshot = { ...record };
    sink.write(() => auditLine(snapshot, stage, at), 512 + (record.request?.bytes.length ?? 0) + (record.response?.bytes.length ?? 0));
  };

  return {
    begin(exchange, user) {
      const { request, info, path } = exchange;
      const config = judge({ ...info, path }, user);
      if (config.level === 'None') return undefined;
      const record = start(exchange, user, config);
      emit(record, 'RequestReceived', record.received);
      const isLong = info.verb === 'watch' || streams.has(info.subresource);
      const wantsAnswer = config.level === 'RequestResponse';
      return {
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
          if (isLong) emit(record, 'ResponseStarted');
          if (typeof body !== 'function') {
            emit(record, 'ResponseComplete');
            return response;
          }
          return {
            ...response,
            body: async (stream) => {
              try {
                await body(stream);
              } finally {
                emit(record, 'ResponseComplete');
              }
            },
          };
        },
      };
    },
    refused(exchange, { status, headers, body }) {
      const { info, path } = exchange;
      const nobody = { username: '', groups: [] };
      const config = judge({ ...info, path }, nobody);
      if (config.level === 'None') return;
      const record = start(exchange, {}, config);
      record.response = { code: status, type: String(headers['content-type'] ?? ''), bytes: bytesOf(body) };
      emit(record, 'ResponseStarted');
    },
  };
};

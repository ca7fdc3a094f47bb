import { decodeProtobuf } from '../../api/protobuf.ts';
import { parseJson } from '../../apimachinery/json/exact-json.ts';
import type { Json, JsonObject } from '../../apimachinery/meta/object.ts';
import { decodeYaml } from '../../apimachinery/yaml/decode-yaml.ts';
import type { UserInfo } from '../http/exchange.ts';
import type { RequestInfo } from '../http/request-info.ts';
import type { AuditConfig } from './match-rule.ts';
import type { AuditLevel, AuditStage } from './policy.ts';

/** Bytes of a request or an answer as they went over the wire. */
export interface Content {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** All that is known of a request so far; its events are made from it when they are written. */
export interface AuditRecord {
  readonly config: AuditConfig;
  readonly auditID: string;
  readonly requestURI: string;
  readonly info: RequestInfo;
  readonly user: Partial<UserInfo>;
  impersonatedUser?: UserInfo;
  readonly sourceIPs: readonly string[];
  readonly userAgent: string;
  /** Microseconds since the epoch. */
  readonly received: number;
  annotations?: Readonly<Record<string, string>>;
  request?: Content;
  response?: Content & { readonly code: number };
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');

const decoded = ({ type, bytes }: Content): Json | undefined => {
  if (bytes.length === 0) return undefined;
  try {
    if (type.includes('protobuf')) return decodeProtobuf(bytes).object as unknown as Json;
    if (type.includes('yaml') || type.startsWith('application/apply-patch')) return decodeYaml(text(bytes)).value as Json;
    return parseJson(text(bytes));
  } catch {
    return undefined;
  }
};

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

const withoutManagedFields = (value: Json | undefined): Json | undefined => {
  if (!isObject(value)) return value;
  const { metadata, items } = value;
  const clean = isObject(metadata) ? { ...metadata } : undefined;
  if (clean) delete clean['managedFields'];
  return {
    ...value,
    ...(clean ? { metadata: clean } : {}),
    ...(Array.isArray(items) ? { items: items.map((item) => withoutManagedFields(item) as Json) } : {}),
  };
};

const userOf = ({ username, uid, groups, extra }: Partial<UserInfo>): AuditedUser => ({
  ...(username ? { username } : {}),
  ...(uid ? { uid } : {}),
  ...(groups?.length ? { groups } : {}),
  ...(extra && Object.keys(extra).length > 0 ? { extra } : {}),
});

/** What the request is about: by its path, and by its body as far as the path does not say. */
const objectRefOf = ({ resource, namespace, name, group, version, subresource }: RequestInfo, body: Json | undefined): object => {
  const metadata = isObject(body) && isObject(body['metadata'] as Json) ? (body['metadata'] as JsonObject) : {};
  const given = (field: string): string => (typeof metadata[field] === 'string' ? String(metadata[field]) : '');
  const entries = {
    resource,
    namespace: namespace || given('namespace'),
    name: name || given('name'),
    uid: given('uid'),
    apiGroup: group,
    apiVersion: version,
    resourceVersion: given('resourceVersion'),
    subresource,
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== ''));
};

/** metav1.Status of the answer; of one that is no Status only the code. */
const responseStatusOf = (code: number, body: Json | undefined): NonNullable<AuditEvent['responseStatus']> => {
  if (!isObject(body) || body['kind'] !== 'Status') return { metadata: {}, code };
  const { kind: _kind, apiVersion: _version, ...status } = body;
  return { ...status, code };
};

const microTime = (microseconds: number): string =>
  `${new Date(Math.floor(microseconds / 1000)).toISOString().slice(0, 19)}.${String(Math.floor(microseconds % 1_000_000)).padStart(6, '0')}Z`;

const rank: Readonly<Record<AuditLevel, number>> = { None: 0, Metadata: 1, Request: 2, RequestResponse: 3 };

interface AuditedUser {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Event of audit.k8s.io/v1, fields in its order. */
export interface AuditEvent {
  readonly kind: 'Event';
  readonly apiVersion: 'audit.k8s.io/v1';
  readonly level: AuditLevel;
  readonly auditID: string;
  readonly stage: AuditStage;
  readonly requestURI: string;
  readonly verb: string;
  readonly user: AuditedUser;
  readonly impersonatedUser?: AuditedUser;
  readonly sourceIPs: readonly string[];
  readonly userAgent?: string;
  readonly objectRef?: { readonly namespace?: string };
  readonly responseStatus?: JsonObject & { readonly code: number };
  readonly requestObject?: Json;
  readonly responseObject?: Json;
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What there is to say of a request at a stage of it. */
export const auditEvent = (record: AuditRecord, stage: AuditStage, at: number): AuditEvent => {
  const { config, info, impersonatedUser, request, response, annotations } = record;
  const shown = (content: Content | undefined): Json | undefined => {
    const value = content && decoded(content);
    return config.omitManagedFields ? withoutManagedFields(value) : value;
  };
  const level = rank[config.level];
  const isPatch = info.verb === 'patch';
  const requestObject = request && (level >= rank.Request || (!isPatch && info.verb !== 'delete')) ? shown(request) : undefined;
  const isStatus = response !== undefined && (response.code >= 400 || info.verb === 'delete');
  const responseObject = response && (isStatus || level >= rank.RequestResponse) ? shown(response) : undefined;
  const isDone = stage !== 'RequestReceived';
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: config.level,
    auditID: record.auditID,
    stage,
    requestURI: record.requestURI,
    verb: info.verb,
    user: userOf(record.user),
    ...(impersonatedUser && isDone ? { impersonatedUser: userOf(impersonatedUser) } : {}),
    sourceIPs: record.sourceIPs,
    ...(record.userAgent ? { userAgent: record.userAgent } : {}),
    ...(info.isResource ? { objectRef: objectRefOf(info, isPatch ? undefined : requestObject) } : {}),
    ...(response ? { responseStatus: responseStatusOf(response.code, responseObject) } : {}),
    ...(requestObject !== undefined && level >= rank.Request ? { requestObject } : {}),
    ...(responseObject !== undefined && level >= rank.RequestResponse ? { responseObject } : {}),
    requestReceivedTimestamp: microTime(record.received),
    stageTimestamp: microTime(at),
    ...(annotations && isDone ? { annotations } : {}),
  };
};

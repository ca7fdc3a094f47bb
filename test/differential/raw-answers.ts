import { decodeProtobuf } from '../../src/api/protobuf.ts';
import { encodeJson, parseJson } from '../../src/apimachinery/json/exact-json.ts';
import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { parse as parseYaml } from 'yaml';
import type { RawAnswer } from './send-raw.ts';
import { decodeWatchFrames } from './watch-frames.ts';

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Of now: times of 2020's first day are a client's own. */
const time = /(?!2020-01-01T00)[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/g;
const leveledKeys = new Set([
  'resourceVersion',
  'uid',
  'clusterIP',
  'clusterIPs',
  'continue',
  'remainingItemCount',
  'nodePort',
  'healthCheckNodePort',
]);

const levelText = (text: string): string =>
  text
    .replace(uid, 'UID')
    .replace(/X509SHA256=[0-9a-f]+/, 'FINGERPRINT')
    .replace(/^kubernetes-admin$/, 'admin')
    .replace(/^10\.96\.[0-9]+\.[0-9]+$/, 'CLUSTERIP')
    .replace(/, Key: \S+, Res/, ', Key: KEY, Res')
    .replace(time, 'TIME')
    .replace(/\?hash=[0-9A-F]+/, '?hash=HASH')
    .replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-XXXXX')
    .replace(/([Gg]en[-_])[a-z0-9]{5}\b/g, '$1XXXXX')
    .replace(/\b[0-9]+(?:\.[0-9]+){3}:[0-9]{4,5}\b/g, 'SERVER')
    .replace(/^(?:[0-9]+[smhd]){1,2}$/, 'AGE')
    .replace(/(resource ?[vV]ersion:? ?|ResourceVersion in precondition: |ResourceVersion in object meta: )[0-9]+/g, '$1RV')
    .replace(/current: [0-9]+/g, 'current: RV')
    .replace(/Invalid value: "\{\\?.*\}":/g, 'Invalid value: OBJECT:')
    .replace(/\([0-9]+\)/g, '(N)');

/** What controllers put into every namespace: they run beside one server only. */
const isForeign = (item: Json): boolean => /"name":"kube-root-ca.crt"|"cells":\["kube-root-ca.crt"/.test(encodeJson(item));

/** Groups of our own in an index. */
const isOurs = (item: Json): boolean => typeof item === 'string' && /^\/apis\/(?:[a-z]+\.karmada\.io|fleet\.causeway\.dev)/.test(item);

/** A value without what differs from server to server: versions, times, identifiers, names that were made up. */
export const level = (value: Json, key = ''): Json => {
  if (leveledKeys.has(key)) return value === '' ? '' : typeof value;
  if (typeof value === 'string') return levelText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.filter((item) => !isForeign(item) && !isOurs(item)).map((item) => level(item));
  // Columns of a Table go without descriptions here.
  const entries = Object.entries(value).filter(([name]) => name !== 'description' || !('priority' in value && 'format' in value));
  return Object.fromEntries(entries.map(([name, item]) => [name, level(item, name)]));
};

/** The body as data, whatever its form. */
export const parseAnswer = ({ body, headers }: RawAnswer): Json => {
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/vnd.kubernetes.protobuf') && !type.includes('stream=watch')) {
    try {
      return { protobuf: decodeProtobuf(body).object as Json };
    } catch {
      return `${body.length > 0 ? 'protobuf' : ''}`;
    }
  }
  if (type.startsWith('application/vnd.kubernetes.protobuf')) return decodeWatchFrames(body);
  const text = body.toString('utf8');
  if (text.startsWith('[+]')) return text.split('\n').toSorted();
  if (type.startsWith('application/yaml')) return parseYaml(text) as Json;
  try {
    return parseJson(text);
  } catch {
    const lines = text.split('\n').filter(Boolean);
    try {
      return lines.map(parseJson);
    } catch {
      return text;
    }
  }
};

/** One line for each place where two values differ. */
export const differences = (a: Json | undefined, b: Json | undefined, path = ''): string[] => {
  if (encodeJson(a) === encodeJson(b)) return [];
  const both = typeof a === 'object' && typeof b === 'object' && a !== null && b !== null && Array.isArray(a) === Array.isArray(b);
  if (!both) return [`${path}: ours ${encodeJson(a)?.slice(0, 700)}\n      theirs ${encodeJson(b)?.slice(0, 700)}`];
  const [left, right] = [a as JsonObject, b as JsonObject];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) => differences(left[key], right[key], `${path}.${key}`));
};

const comparedHeaders = [
  'content-type', 'warning', 'accept-patch', 'allow', 'cache-control', 'vary', 'www-authenticate', 'retry-after', 'x-content-type-options', 'location', 'content-encoding', 'access-control-allow-origin', 'strict-transport-security', 'accept-ranges',
]; // prettier-ignore

/** The headers that clients read. */
export const headersOf = ({ headers }: RawAnswer): JsonObject => ({
  ...Object.fromEntries(comparedHeaders.map((name) => [name, levelText(String(headers[name] ?? ''))])),
  present: ['etag', 'audit-id', 'x-kubernetes-pf-flowschema-uid', 'x-kubernetes-pf-prioritylevel-uid', 'last-modified'].filter(
    (name) => headers[name],
  ),
});

/** Several errors in one message come in the order in which Go's maps are walked. */
const sortedErrors = (text: string): string =>
  text.replace(
    / is invalid: \[(.*)\]$/s,
    (_, errors: string) =>
      ` is invalid: [${errors
        .split(/, (?=[a-z<])/)
        .toSorted()
        .join(', ')}]`,
  );

/** Conflicts and errors of an apply, a line each, come in the order of Go's maps too. */
const sortedLines = (text: string): string =>
  /^Apply failed|failed to create typed/.test(text) ? text.split('\n').toSorted().join('\n') : text;

const unorderedLists = new Set(['causes', 'managedFields', 'nonResourceRules', 'resourceRules']);

/** Order within lists that servers build from maps says nothing. */
export const unordered = (value: Json): Json => {
  if (typeof value === 'string') return sortedErrors(sortedLines(value));
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unordered);
  const object = value as JsonObject;
  const sorted: JsonObject = {};
  for (const key of Object.keys(object).toSorted()) {
    const item = unordered(object[key] as Json);
    sorted[key] = unorderedLists.has(key) && Array.isArray(item) ? item.toSorted((x, y) => (encodeJson(x) < encodeJson(y) ? -1 : 1)) : item;
  }
  return sorted;
};

import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';

/** What a server said, its body parsed. */
export interface Answer {
  readonly code: number;
  readonly body: Json;
  readonly warning: string;
}

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const now = /20(?!20-01-01T00:00:00)[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/g;
const volatile = new Set(['resourceVersion', 'uid', 'managedFields', 'clusterIP', 'clusterIPs', 'nodePort', 'healthCheckNodePort']);

/** A text without identifiers, times and addresses. */
export const levelText = (text: string): string =>
  text
    .replace(uid, 'UID')
    .replace(/X509SHA256=[0-9a-f]{64}/g, 'X509SHA256=FINGERPRINT')
    .replace(now, 'TIME')
    .replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-XXXXX')
    .replace(/10\.96\.\d+\.\d+/g, 'CLUSTERIP')
    .replace(/Invalid value: \{.*?\}: (?=[a-z`])/g, 'Invalid value: OBJECT: ')
    .replace(/\n[\s\S]*$/, '')
    .replace(/"resourceVersion":"\d+"/g, '"resourceVersion":"RV"');

/** A value that is refused twice for the same thing is refused once here. */
const distinct = (items: readonly Json[]): Json[] => [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];

const level = (value: Json, key = ''): Json => {
  if (volatile.has(key)) return value === '' ? '' : typeof value;
  if (typeof value === 'string') return levelText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => level(item));
    return key === 'causes' ? distinct(items).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
  }
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, level(item, name)]),
  );
};

/** An answer without what differs from server to server: versions, times, identifiers, who manages what. */
export const leveled = ({ code, body, warning }: Answer): JsonObject => ({ code, body: level(body), warning: levelText(warning) });

const walk = (a: Json | undefined, b: Json | undefined, path: string): string[] => {
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  const both = typeof a === 'object' && typeof b === 'object' && a !== null && b !== null && Array.isArray(a) === Array.isArray(b);
  if (!both) return [`${path}: ours ${JSON.stringify(a)?.slice(0, 1500)} theirs ${JSON.stringify(b)?.slice(0, 1500)}`];
  const [left, right] = [a as JsonObject, b as JsonObject];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) => walk(left[key], right[key], `${path}.${key}`));
};

/** One line for each place where the answers differ; the causes of a refusal say it all. */
export const difference = (ours: JsonObject, theirs: JsonObject): string[] => walk(ours, theirs, '');

/** An answer whose status is called kept where it is what the object had: our controllers run and fill it, theirs do not. */
export const keptStatus = (answer: Answer, status: Json | undefined): Answer => {
  const body = answer.body as JsonObject | null;
  if (answer.code !== 200 || JSON.stringify(body?.['status']) !== JSON.stringify(status)) return answer;
  return { ...answer, body: { ...body, status: 'kept' } };
};

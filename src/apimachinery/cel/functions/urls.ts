import { DynamicMap, EvaluationError, List, OpaqueValue } from '../values.ts';
import { declare, declareMember, parseType, type Overload } from './declare.ts';

interface ParsedUrl {
  readonly text: string;
  readonly scheme: string;
  /** With the port. */
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

const urlType = parseType('kubernetes.URL');

/** An absolute URI or an absolute path; undefined when it is neither. */
const parse = (text: string): ParsedUrl | undefined => {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\u0000-\u0020\u007f]/.test(text) || /%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  const parts = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/s.exec(text);
  if (!parts) return undefined;
  const [, scheme = '', authority = '', path = '', query = ''] = parts;
  if (scheme === '' && !path.startsWith('/') && authority === '') return undefined;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const port = /^(?:\[[^\]]*\]|[^:[\]]*)(?::(.*))?$/.exec(host);
  if (!port || (port[1] !== undefined && !/^\d*$/.test(port[1]))) return undefined;
  if (scheme === '' && authority === '' && text.startsWith('//')) return undefined;
  return { text, scheme: scheme.toLowerCase(), host, path, query };
};

const url = (text: string): OpaqueValue<ParsedUrl> => {
  const parsed = parse(text);
  if (!parsed)
    throw new EvaluationError(`URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`);
  return new OpaqueValue(urlType, parsed, (left, right) => left.text === right.text);
};

const hostname = ({ host }: ParsedUrl): string => (host.startsWith('[') ? host.slice(1, host.indexOf(']')) : host.replace(/:\d*$/, ''));
const port = ({ host }: ParsedUrl): string => /:(\d*)$/.exec(host.replace(/^\[[^\]]*\]/, ''))?.[1] ?? '';

const query = ({ query: text }: ParsedUrl): DynamicMap => {
  const values = new Map<string, string[]>();
  for (const [key, value] of new URLSearchParams(text)) values.set(key, [...(values.get(key) ?? []), value]);
  const map = new DynamicMap();
  for (const [key, list] of values) map.set(key, new List(list));
  return map;
};

const part = (name: string, read: (parsed: ParsedUrl) => string): Overload =>
  declareMember(`${name}(kubernetes.URL) string`, (value: OpaqueValue<ParsedUrl>) => read(value.value));

/** Kubernetes' URL functions. */
export const urls: readonly Overload[] = [
  declare('url(string) kubernetes.URL', url),
  declare('isURL(string) bool', (text: string) => parse(text) !== undefined),
  part('getScheme', ({ scheme }) => scheme),
  part('getHost', ({ host }) => host),
  part('getHostname', hostname),
  part('getPort', port),
  part('getEscapedPath', ({ path }) => path),
  declareMember('getQuery(kubernetes.URL) map(string, list(string))', (value: OpaqueValue<ParsedUrl>) => query(value.value)),
];

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

const notForRequests = 'invalid URI for request';

/** An absolute URI or an absolute path, or why it is neither. */
const parse = (text: string): ParsedUrl | string => {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'net/url: invalid control character in URL';
  if (text === '') return 'empty url';
  if (text.startsWith(':')) return 'missing protocol scheme';
  const [, scheme = '', rest = ''] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(.*)$/s.exec(text) ?? [];
  if (!rest.startsWith('/')) return scheme === '' ? notForRequests : { text, scheme: scheme.toLowerCase(), host: '', path: '', query: '' };
  // A fragment is let pass, and forgotten.
  const [, authority, path = '', query = ''] = /^(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?/s.exec(rest) ?? [];
  if (authority !== undefined && scheme === '' && path === '') return notForRequests;
  const host = (authority ?? '').slice((authority ?? '').lastIndexOf('@') + 1);
  const odd = /[ <>"\\^`{|}]/.exec(host);
  if (odd) return `invalid character ${JSON.stringify(odd[0])} in host name`;
  const port = /^(?:\[[^\]]*\]|[^:[\]]*)(:.*)?$/.exec(host);
  if (!port) return notForRequests;
  if (port[1] !== undefined && !/^:\d*$/.test(port[1])) return `invalid port ${JSON.stringify(port[1])} after host`;
  const escape = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(host + path);
  if (escape) return `invalid URL escape ${JSON.stringify(escape[0])}`;
  return { text, scheme: scheme.toLowerCase(), host, path, query };
};

const url = (text: string): OpaqueValue<ParsedUrl> => {
  const parsed = parse(text);
  if (typeof parsed === 'string')
    throw new EvaluationError(`URL parse error during conversion from string: parse ${JSON.stringify(text)}: ${parsed}`);
  return new OpaqueValue(urlType, parsed, (left, right) => left.text === right.text);
};

const hostname = ({ host }: ParsedUrl): string => (host.startsWith('[') ? host.slice(1, host.indexOf(']')) : host.replace(/:\d*$/, ''));
const port = ({ host }: ParsedUrl): string => /:(\d*)$/.exec(host.replace(/^\[[^\]]*\]/, ''))?.[1] ?? '';

const query = ({ query: text }: ParsedUrl): DynamicMap => {
  const values = new Map<string, string[]>();
  // As in Go, a pair with a semicolon is none.
  const pairs = text.split('&').filter((pair) => !pair.includes(';'));
  for (const [key, value] of new URLSearchParams(pairs.join('&'))) values.set(key, [...(values.get(key) ?? []), value]);
  const map = new DynamicMap();
  for (const [key, list] of values) map.set(key, new List(list));
  return map;
};

const part = (name: string, read: (parsed: ParsedUrl) => string): Overload =>
  declareMember(`${name}(kubernetes.URL) string`, (value: OpaqueValue<ParsedUrl>) => read(value.value));

/** Kubernetes' URL functions. */
export const urls: readonly Overload[] = [
  declare('url(string) kubernetes.URL', url),
  declare('isURL(string) bool', (text: string) => typeof parse(text) !== 'string'),
  part('getScheme', ({ scheme }) => scheme),
  part('getHost', ({ host }) => host),
  part('getHostname', hostname),
  part('getPort', port),
  part('getEscapedPath', ({ path }) => path),
  declareMember('getQuery(kubernetes.URL) map(string, list(string))', (value: OpaqueValue<ParsedUrl>) => query(value.value)),
];

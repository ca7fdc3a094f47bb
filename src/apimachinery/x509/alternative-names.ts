import { isIPv4 } from 'node:net';
import { childrenOf, type DerElement, DerError, readText } from './der-reader.ts';
import { element, sequence } from './der-writer.ts';

/** Subject alternative names (RFC 5280 4.2.1.6). IP addresses in text form. */
export interface AlternativeNames {
  readonly dnsNames?: readonly string[];
  readonly emailAddresses?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly uris?: readonly string[];
}

/** Network-order bytes of an IPv4 or IPv6 address. @throws Error when it is neither */
export const ipBytes = (address: string): Uint8Array => {
  if (isIPv4(address)) return Uint8Array.from(address.split('.').map(Number));
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const [a = 0, b = 0, c = 0, d = 0] = dotted ? (dotted[2] ?? '').split('.').map(Number) : [];
  const source = dotted ? `${dotted[1]}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}` : address;
  const [head = '', tail] = source.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined ? before : [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after];
  if (groups.length !== 8 || groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) throw new Error(`not an IP address: ${address}`);
  return Uint8Array.from(groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]));
};

/** The text form of 4 or 16 bytes; IPv6 by RFC 5952. @throws DerError for any other length */
export const formatIpBytes = (bytes: Uint8Array): string => {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) throw new DerError(`invalid IP address of ${bytes.length} bytes`);
  const groups = Array.from({ length: 8 }, (_, i) => (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16));
  const joined = `:${groups.join(':')}:`;
  const longest = [...joined.matchAll(/(?::0)+(?=:)/g)].map((match) => match[0]).reduce((a, b) => (b.length > a.length ? b : a), '');
  if (longest.length <= 2) return groups.join(':');
  const short = joined.replace(`${longest}:`, '::');
  return short.replace(/^:(?!:)/, '').replace(/(?<!:):$/, '');
};

/** The extension's value, or undefined when there is no name. */
export const encodeAlternativeNames = (names: AlternativeNames): Buffer | undefined => {
  const general = [
    ...(names.dnsNames ?? []).map((name) => element(0x82, Buffer.from(name))),
    ...(names.emailAddresses ?? []).map((name) => element(0x81, Buffer.from(name))),
    ...(names.ipAddresses ?? []).map((address) => element(0x87, ipBytes(address))),
    ...(names.uris ?? []).map((uri) => element(0x86, Buffer.from(uri))),
  ];
  return general.length > 0 ? sequence(...general) : undefined;
};

/** Reads a GeneralNames value; kinds of names other than the four are dropped. */
export const decodeAlternativeNames = (value: DerElement): Required<AlternativeNames> => {
  const names = { dnsNames: [] as string[], emailAddresses: [] as string[], ipAddresses: [] as string[], uris: [] as string[] };
  for (const name of childrenOf(value)) {
    if (name.tag === 0x82) names.dnsNames.push(readText(name));
    else if (name.tag === 0x81) names.emailAddresses.push(readText(name));
    else if (name.tag === 0x87) names.ipAddresses.push(formatIpBytes(name.content));
    else if (name.tag === 0x86) names.uris.push(readText(name));
  }
  return names;
};

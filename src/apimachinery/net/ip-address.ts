import { isIPv4, isIPv6 } from 'node:net';

/** An IP address as a number. */
export interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

/** A block of addresses; bits beyond the prefix may be set. */
export interface Block {
  readonly address: Address;
  readonly prefixLength: number;
}

/** Bits of an address. */
export const width = (family: 4 | 6): number => (family === 4 ? 32 : 128);

const groupsOf = (part: string): string[] => (part === '' ? [] : part.split(':'));

/** Parses an address of either family, without a zone; undefined when it is none. */
export const parseAnyAddress = (text: string): Address | undefined => {
  if (isIPv4(text)) return { family: 4, bits: text.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n) };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const hasV4 = text.includes('.');
  const plain = hasV4 ? text.replace(/[\d.]+$/, (v4) => v4InHex(v4)) : text;
  const [head = '', tail] = plain.split('::');
  const left = groupsOf(head);
  const right = groupsOf(tail ?? '');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  const bits = [...left, ...zeros, ...right].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
  return { family: 6, bits };
};

/** The same, but refuses IPv4 inside IPv6 (`::ffff:1.2.3.4`). */
export const parseAddress = (text: string): Address | undefined => {
  const address = parseAnyAddress(text);
  return address?.family === 6 && address.bits >> 32n === 0xffffn ? undefined : address;
};

const v4InHex = (text: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
};

/** The canonical text: RFC 5952 for IPv6. */
export const formatAddress = ({ family, bits }: Address): string => {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((bits >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  const run = /(?:^|:)0(?::0)+(?:$|:)/g;
  const text = groups.join(':');
  const longest = [...text.matchAll(run)].map(([match]) => match).reduce((best, match) => (match.length > best.length ? match : best), '');
  return longest === '' ? text : text.replace(longest, '::');
};

const network = ({ family, bits }: Address, prefixLength: number): bigint => {
  const host = BigInt(width(family) - prefixLength);
  return (bits >> host) << host;
};

/** `address/bits` without leading zeros; undefined when it is none. */
export const parseBlock = (text: string): Block | undefined => {
  const parts = /^(.+)\/(0|[1-9]\d*)$/.exec(text);
  const address = parseAddress(parts?.[1] ?? '');
  const prefixLength = Number(parts?.[2]);
  return address && prefixLength <= width(address.family) ? { address, prefixLength } : undefined;
};

export const formatBlock = ({ address, prefixLength }: Block): string => `${formatAddress(address)}/${prefixLength}`;
export const mask = ({ address, prefixLength }: Block): Block => ({
  address: { family: address.family, bits: network(address, prefixLength) },
  prefixLength,
});
export const containsAddress = ({ address, prefixLength }: Block, other: Address): boolean =>
  address.family === other.family && network(address, prefixLength) === network(other, prefixLength);
export const containsBlock = (outer: Block, inner: Block): boolean =>
  outer.prefixLength <= inner.prefixLength && containsAddress(outer, mask(inner).address);

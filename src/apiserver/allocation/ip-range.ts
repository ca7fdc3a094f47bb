import { isIPv4, isIPv6 } from 'node:net';

/** A block of addresses in CIDR notation. Addresses are numbers, IPv6 as 128 bits. */
export interface IpRange {
  readonly cidr: string;
  readonly family: 'IPv4' | 'IPv6';
  readonly first: bigint;
  /** Number of addresses, network and broadcast included. */
  readonly size: bigint;
}

const parseIpv4 = (address: string): bigint => address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);

const parseIpv6 = (address: string): bigint => {
  const [head = '', tail] = address.split('::');
  const words = (text: string): string[] =>
    text === ''
      ? []
      : text.split(':').flatMap((word) => {
          if (!word.includes('.')) return [word];
          const four = parseIpv4(word);
          return [(four >> 16n).toString(16), (four & 0xffffn).toString(16)];
        });
  const left = words(head);
  const right = tail === undefined ? [] : words(tail);
  const zeros = Array<string>(tail === undefined ? 0 : 8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].reduce((sum, word) => sum * 65536n + BigInt(`0x${word}`), 0n);
};

/** An address as a number; undefined when it is none. */
export const parseIp = (address: string): bigint | undefined =>
  isIPv4(address) ? parseIpv4(address) : isIPv6(address) ? parseIpv6(address) : undefined;

/** Start and length of the longest run of zero words; the first of equal ones. */
const longestZeros = (words: readonly string[]): { start: number; length: number } => {
  let best = { start: -1, length: 0 };
  let start = 0;
  for (const [index, word] of words.entries()) {
    if (word !== '0') start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
};

const formatIpv6 = (value: bigint): string => {
  const words = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  const { start, length } = longestZeros(words);
  if (length < 2) return words.join(':');
  return `${words.slice(0, start).join(':')}::${words.slice(start + length).join(':')}`;
};

/** The canonical text of an address (RFC 5952 for IPv6). */
export const formatIp = (value: bigint, family: IpRange['family']): string =>
  family === 'IPv4' ? [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.') : formatIpv6(value);

/** @throws {Error} when the text is no CIDR block */
export const parseIpRange = (cidr: string): IpRange => {
  const [address = '', length = ''] = cidr.split('/');
  const value = parseIp(address);
  const family = isIPv4(address) ? 'IPv4' : 'IPv6';
  const bits = BigInt(family === 'IPv4' ? 32 : 128);
  if (value === undefined || !/^[0-9]+$/.test(length) || BigInt(length) > bits)
    throw new Error(`parse address range ${cidr}: not CIDR notation`);
  const size = 1n << (bits - BigInt(length));
  return { cidr, family, first: value - (value % size), size };
};

/** Whether the address may be given out: in the range, not the network's own, and for IPv4 not its broadcast address. */
export const isAllocatable = ({ family, first, size }: IpRange, value: bigint): boolean => {
  const last = family === 'IPv4' ? first + size - 1n : first + size;
  return value > first && value < last;
};

/**
 * Where dynamic allocation starts: the lower part is left to addresses that are asked for by number (KEP-3070), `min(max(16, size/16),
 * 256)` of them.
 */
export const dynamicOffset = ({ size }: IpRange): bigint => {
  const share = size / 16n;
  const offset = share < 16n ? 16n : share > 256n ? 256n : share;
  return offset < size - 2n ? offset : 0n;
};

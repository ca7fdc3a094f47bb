import { isIPv4 } from 'node:net';
import { formatAddress, parseAnyAddress } from '../../apimachinery/net/ip-address.ts';

/** A block of addresses in CIDR notation. Addresses are numbers, IPv6 as 128 bits. */
export interface IpRange {
  readonly cidr: string;
  readonly family: 'IPv4' | 'IPv6';
  readonly first: bigint;
  /** Number of addresses, network and broadcast included. */
  readonly size: bigint;
}

/** An address as a number; undefined when it is none. Leading zeros of its parts say nothing (CVE-2021-29923). */
export const parseIp = (address: string): bigint | undefined => parseAnyAddress(address.replaceAll(/(^|\.)0+(?=\d)/g, '$1'))?.bits;

/** The canonical text of an address (RFC 5952 for IPv6). */
export const formatIp = (bits: bigint, family: IpRange['family']): string => formatAddress({ family: family === 'IPv4' ? 4 : 6, bits });

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

/** Whether all of a range is in another, larger one. */
export const isWithin = (inner: IpRange, outer: IpRange): boolean =>
  inner.family === outer.family && inner.size < outer.size && inner.first >= outer.first && inner.first < outer.first + outer.size;

/** Whether the address may be given out: in the range, not the network's own, and for IPv4 not its broadcast address. */
export const isAllocatable = ({ family, first, size }: IpRange, value: bigint): boolean => {
  const last = family === 'IPv4' ? first + size - 1n : first + size;
  return value > first && value < last;
};

/** How many addresses may be given out. */
export const allocatableSize = ({ family, size }: IpRange): number => Math.max(0, Number(family === 'IPv4' ? size - 2n : size - 1n));

/**
 * Where dynamic allocation starts: the lower part is left to addresses that are asked for by number (KEP-3070), `min(max(16, size/16),
 * 256)` of them.
 */
export const dynamicOffset = ({ size }: IpRange): bigint => {
  const share = size / 16n;
  const offset = share < 16n ? 16n : share > 256n ? 256n : share;
  return offset < size - 2n ? offset : 0n;
};

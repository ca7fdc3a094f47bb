import { formatAddress, parseAnyAddress, width } from '../net/ip-address.ts';
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
export const ipBytes = (text: string): Uint8Array => {
  const address = parseAnyAddress(text);
  if (!address) throw new Error(`not an IP address: ${text}`);
  const size = width(address.family) / 8;
  return Uint8Array.from({ length: size }, (_, index) => Number((address.bits >> BigInt(8 * (size - 1 - index))) & 255n));
};

/** The text form of 4 or 16 bytes; IPv6 by RFC 5952. @throws DerError for any other length */
export const formatIpBytes = (bytes: Uint8Array): string => {
  if (bytes.length !== 4 && bytes.length !== 16) throw new DerError(`invalid IP address of ${bytes.length} bytes`);
  const bits = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return formatAddress({ family: bytes.length === 4 ? 4 : 6, bits });
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

import { formatAddress, formatBlock, mask, parseAddress, parseBlock, type Address, type Block } from '../net/ip-address.ts';
import { goQuote } from '../text/go-quote.ts';
import type { FieldError } from './field-error.ts';
import { invalid } from './field-errors.ts';

/** What old API versions took besides standard texts: leading zeros in IPv4, IPv4 addresses inside IPv6. */
interface Parsed<T> {
  readonly value: T;
  readonly hasLeadingZeros: boolean;
  readonly isMapped: boolean;
}

const mappedPrefix = /^(?:::|0{0,4}(?::0{0,4})*:)ffff:(?=[^:]+(?::[^:]+)?$)/i;

const withoutLeadingZeros = (text: string): string =>
  text.includes('.') ? text.replace(/(^|[.:])0+(?=\d{1,3}(?:\.|$))/g, '$1').replace(/\.0+(?=\d)/g, '.') : text;

const mappedAddress = (text: string): Address | undefined => {
  if (!text.includes(':') || !mappedPrefix.test(text)) return undefined;
  const rest = text.replace(mappedPrefix, '');
  if (rest.includes('.')) return parseAddress(rest);
  const [high, low] = rest.split(':').map((group) => (/^[0-9a-f]{1,4}$/i.test(group) ? BigInt(`0x${group}`) : undefined));
  return high === undefined || low === undefined ? undefined : { family: 4, bits: (high << 16n) | low };
};

const parseLoosely = (text: string): Parsed<Address> | undefined => {
  const plain = withoutLeadingZeros(text);
  const address = parseAddress(plain);
  if (address) return { value: address, hasLeadingZeros: plain !== text, isMapped: false };
  const mapped = mappedAddress(plain);
  return mapped && { value: mapped, hasLeadingZeros: plain !== text, isMapped: true };
};

const parseBlockLoosely = (text: string): Parsed<Block> | undefined => {
  const [addressText = '', lengthText = '', ...more] = text.split('/');
  if (more.length > 0 || !/^\d{1,3}$/.test(lengthText)) return undefined;
  const parsed = parseLoosely(addressText);
  if (!parsed) return undefined;
  const prefixLength = Number(lengthText) - (parsed.isMapped ? 96 : 0);
  const isInRange = prefixLength >= 0 && prefixLength <= (parsed.value.family === 4 ? 32 : 128);
  const hasLeadingZeros = parsed.hasLeadingZeros || /^0\d/.test(lengthText);
  return isInRange ? { value: { address: parsed.value, prefixLength }, hasLeadingZeros, isMapped: parsed.isMapped } : undefined;
};

const notAnIp = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const notACidr = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

/** Checks an address of a new API: standard and canonical. */
export function validateIp(text: string, path: string): FieldError[] {
  const errors = validateLegacyIp(text, path, { strict: true });
  const address = parseLoosely(text)?.value;
  if (errors.length > 0 || !address || formatAddress(address) === text) return errors;
  return [invalid(path, text, `must be in canonical form (${goQuote(formatAddress(address))})`)];
}

/** Checks an address of an old API, whose stored values may be sloppy; `strict` is the StrictIPCIDRValidation gate. */
export function validateLegacyIp(text: string, path: string, { strict = false }: { strict?: boolean } = {}): FieldError[] {
  const parsed = parseLoosely(text);
  if (!parsed) return [invalid(path, text, notAnIp)];
  if (!strict) return [];
  return [
    ...(parsed.hasLeadingZeros ? [invalid(path, text, 'must not have leading 0s')] : []),
    ...(parsed.isMapped ? [invalid(path, text, 'must not be an IPv4-mapped IPv6 address')] : []),
  ];
}

/** Checks a block of a new API: standard, canonical, no bits beyond the prefix. */
export function validateCidr(text: string, path: string): FieldError[] {
  const errors = validateLegacyCidr(text, path, { strict: true });
  const block = parseBlockLoosely(text)?.value;
  if (errors.length > 0 || !block || formatBlock(block) === text) return errors;
  return [invalid(path, text, `must be in canonical form (${goQuote(formatBlock(block))})`)];
}

/** Checks a block of an old API; see validateLegacyIp. */
export function validateLegacyCidr(text: string, path: string, { strict = false }: { strict?: boolean } = {}): FieldError[] {
  const parsed = parseBlockLoosely(text);
  if (!parsed) return [invalid(path, text, notACidr)];
  if (!strict) return [];
  if (parsed.hasLeadingZeros) return [invalid(path, text, 'must not have leading 0s in IP or prefix length')];
  if (parsed.isMapped) return [invalid(path, text, 'must not have an IPv4-mapped IPv6 address')];
  const isNetwork = mask(parsed.value).address.bits === parsed.value.address.bits;
  return isNetwork ? [] : [invalid(path, text, 'must not have bits set beyond the prefix length')];
}

/** Texts for the Warning header about an address that was accepted all the same. */
export function ipWarnings(text: string, path: string): string[] {
  const parsed = parseLoosely(text);
  if (!parsed) return [];
  const canonical = formatAddress(parsed.value);
  if (parsed.hasLeadingZeros || parsed.isMapped) {
    return [
      `${path}: non-standard IP address ${goQuote(text)} will be considered invalid in a future Kubernetes release: use ${goQuote(canonical)}`,
    ];
  }
  if (canonical === text) return [];
  return [`${path}: IPv6 address ${goQuote(text)} should be in RFC 5952 canonical format (${goQuote(canonical)})`];
}

/** Texts for the Warning header about a block that was accepted all the same. */
export function cidrWarnings(text: string, path: string): string[] {
  const parsed = parseBlockLoosely(text);
  if (!parsed) return [];
  const network = formatBlock(mask(parsed.value));
  const warnings: string[] = [];
  if (mask(parsed.value).address.bits !== parsed.value.address.bits) {
    const single = `${formatAddress(parsed.value.address)}/${parsed.value.address.family === 4 ? 32 : 128}`;
    warnings.push(
      `${path}: CIDR value ${goQuote(text)} is ambiguous in this context (should be ${goQuote(network)} or ${goQuote(single)}?)`,
    );
  }
  if (parsed.hasLeadingZeros || parsed.isMapped || !parseBlock(text)) {
    warnings.push(
      `${path}: non-standard CIDR value ${goQuote(text)} will be considered invalid in a future Kubernetes release: use ${goQuote(network)}`,
    );
  }
  if (warnings.length === 0 && formatBlock(parsed.value) !== text) {
    warnings.push(
      `${path}: IPv6 CIDR value ${goQuote(text)} should be in RFC 5952 canonical format (${goQuote(formatBlock(parsed.value))})`,
    );
  }
  return warnings;
}

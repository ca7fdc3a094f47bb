import { isIPv4 } from 'node:net';
import { parseAnyAddress, width } from '../net/ip-address.ts';

/** Whether a string has a format. */
export type StringFormat = (text: string) => boolean;

const matches =
  (pattern: RegExp): StringFormat =>
  (text) =>
    pattern.test(text);

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const hostname =
  /^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9\-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$/u;

const isHostname: StringFormat = (text) => {
  // Each label is bounded before the expression runs, which keeps its work bounded too.
  const labels = text.split('.');
  return Buffer.byteLength(text) <= 255 && labels.every((part) => Buffer.byteLength(part) <= 63) && hostname.test(text);
};

const daysIn = (year: number, month: number): number => new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();

const isDate: StringFormat = (text) => {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!parts) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
};

/** RFC 3339 date-time, without leap seconds below 60 being checked against a table. */
const isDateTime: StringFormat = (text) => {
  const parts = /^(\d{4}-\d\d-\d\d)t(\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(?:z|[-+]\d\d:\d\d)$/i.exec(text);
  return parts !== null && isDate(parts[1] ?? '') && Number(parts[2]) < 24 && Number(parts[3]) < 60 && Number(parts[4]) < 61;
};

const units = ['ns', 'us', 'µs', 'ms', 's', 'm', 'h', 'd', 'w', 'hr', 'wk'];
const unitPrefixes = ['nano', 'micro', 'milli', 'sec', 'min', 'hour', 'day', 'week', 's', 'm', 'h', 'd', 'w'];
const goDuration = /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;

/** Go's time.ParseDuration, or a number with a unit spelled out ("3 days"). */
const isDuration: StringFormat = (text) => {
  if (goDuration.test(text)) return true;
  for (const [, unit = ''] of text.matchAll(/\d+\s*([A-Za-zµ]+)/g)) {
    const lower = unit.toLowerCase();
    if (units.includes(lower) || unitPrefixes.some((prefix) => prefix.length > 2 && lower.startsWith(prefix))) return true;
  }
  return false;
};

const isCidr: StringFormat = (text) => {
  const parts = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const [, address = '', bits = ''] = parts ?? [];
  const parsed = parseAnyAddress(address);
  return parsed !== undefined && Number(bits) <= width(parsed.family);
};

/** An absolute URI or an absolute path, as Go's url.ParseRequestURI takes it. */
const isRequestUri: StringFormat = (text) => {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (text === '' || /[\u0000-\u0020\u007f]/.test(text) || /%(?![0-9a-fA-F]{2})/.test(text)) return false;
  if (text.startsWith('/') || text === '*') return true;
  return /^[a-zA-Z][a-zA-Z0-9+.-]*:(?!$)/.test(text) && !/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/]*:[^/\d@\]][^/@]*(?:\/|$)/.test(text);
};

const digitsOf = (text: string): string => text.replace(/[^0-9]+/g, '');

const isCreditCard: StringFormat = (text) => {
  const digits = digitsOf(text);
  const known =
    /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$/;
  if (!known.test(digits)) return false;
  const sum = [...digits].toReversed().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
};

const isIsbn10: StringFormat = (text) => {
  const digits = text.replace(/[\s-]/g, '');
  if (!/^(?:[0-9]{9}X|[0-9]{10})$/.test(digits)) return false;
  return [...digits].reduce((sum, digit, index) => sum + (10 - index) * (digit === 'X' ? 10 : Number(digit)), 0) % 11 === 0;
};

const isIsbn13: StringFormat = (text) => {
  const digits = text.replace(/[\s-]/g, '');
  return (
    /^[0-9]{13}$/.test(digits) && [...digits].reduce((sum, digit, index) => sum + Number(digit) * (index % 2 === 1 ? 3 : 1), 0) % 10 === 0
  );
};

const rgbPart = '\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*';
const uuid = (third: string, fourth: string): RegExp => new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${third}-?${fourth}-?[0-9a-f]{12}$`, 'i');

/** The formats that kube-apiserver 1.35 checks in custom resources; int32, int64, float and unknown ones are annotations only. */
const formats: Readonly<Record<string, StringFormat>> = {
  bsonobjectid: matches(/^[0-9a-f]{24}$/i),
  uri: isRequestUri,
  email: matches(/^(?:[^<>]*<)?\s*[^\s@.<>()[\]\\,;:"]+(?:\.[^\s@.<>()[\]\\,;:"]+)*@[^\s@<>()\\,;:"]+\s*>?$/),
  hostname: isHostname,
  ipv4: isIPv4,
  ipv6: (text) => parseAnyAddress(text)?.family === 6,
  cidr: isCidr,
  mac: matches(
    /^(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}(?:(?:[0-9a-f]{2}\1){2}|(?:[0-9a-f]{2}\1){14})?[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}(?:(?:[0-9a-f]{4}\.)|(?:[0-9a-f]{4}\.){7})?[0-9a-f]{4})$/i,
  ),
  uuid: matches(uuid('[0-9a-f]{4}', '[0-9a-f]{4}')),
  uuid3: matches(uuid('3[0-9a-f]{3}', '[0-9a-f]{4}')),
  uuid4: matches(uuid('4[0-9a-f]{3}', '[89ab][0-9a-f]{3}')),
  uuid5: matches(uuid('5[0-9a-f]{3}', '[89ab][0-9a-f]{3}')),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: matches(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  hexcolor: matches(/^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: matches(new RegExp(`^rgb\\(${rgbPart},${rgbPart},${rgbPart}\\)$`)),
  byte: matches(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/),
  password: () => true,
  date: isDate,
  duration: isDuration,
  datetime: isDateTime,
  k8sshortname: (text) => text.length <= 63 && new RegExp(`^${label}$`).test(text),
  k8slongname: (text) => text.length <= 253 && text.split('.').every(matches(new RegExp(`^${label}$`))),
};

/** What is longer has no such format, and some expressions take the square of the length to find out. */
const defaultMaxLength = 1024;
const maxLengths: Readonly<Record<string, number>> = { byte: Number.POSITIVE_INFINITY, password: Number.POSITIVE_INFINITY, uri: 8192 };

/** The check of a format by its name in a schema (hyphens do not matter), or undefined when the format is not checked. */
export const formatOf = (name: string): StringFormat | undefined => {
  const normalized = name.replaceAll('-', '');
  const format = Object.hasOwn(formats, normalized) ? formats[normalized] : undefined;
  const longest = maxLengths[normalized] ?? defaultMaxLength;
  return format && ((text) => text.length <= longest && format(text));
};

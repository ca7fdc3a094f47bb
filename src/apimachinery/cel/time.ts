import { parseDuration } from '../time/duration.ts';
import { Duration, Timestamp } from './values.ts';

const billion = 1_000_000_000n;
const pattern = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[-+]\d\d:\d\d)$/;

/** RFC 3339 to nanosecond precision; undefined when it is none. */
export const parseInstant = (text: string): bigint | undefined => {
  const parts = pattern.exec(text);
  if (!parts) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '', zone = 'Z'] = parts;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const valid = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  if (!valid || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  const offset = offsetSeconds(zone) ?? 0;
  return (BigInt(date.getTime()) / 1000n - BigInt(offset)) * billion + BigInt(fraction.padEnd(9, '0'));
};

/** Seconds east of UTC of `+02:00`, `-05:30`, `Z`; undefined for anything else. */
export const offsetSeconds = (zone: string): number | undefined => {
  if (zone === 'Z' || zone === 'z' || zone === 'UTC' || zone === '') return 0;
  const parts = /^([-+]?)(\d\d):(\d\d)$/.exec(zone);
  return parts ? (parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * 3600 + Number(parts[3]) * 60) : undefined;
};

/** A text of the format `date-time`; undefined when it is none. */
export const readTimestamp = (text: string): Timestamp | undefined => {
  const nanoseconds = parseInstant(text);
  return nanoseconds === undefined
    ? undefined
    : new Timestamp(nanoseconds, offsetSeconds(/(?:[Zz]|[-+]\d\d:\d\d)$/.exec(text)?.[0] ?? 'Z'));
};

/** RFC 3339 as Go reads it, with capital letters; undefined when it is none. */
export const parseCelTimestamp = (text: string): Timestamp | undefined => (/[tz]/.test(text) ? undefined : readTimestamp(text));

const [firstSecond, lastSecond] = [-62_135_596_800n, 253_402_300_799n];

/** Seconds since the epoch, of the years 1 to 9999. */
export const timestampAt = (seconds: bigint): Timestamp | undefined =>
  seconds < firstSecond || seconds > lastSecond ? undefined : new Timestamp(seconds * billion);

/** As Go writes durations; undefined when it is none. */
export const parseCelDuration = (text: string): Duration | undefined => {
  try {
    return new Duration(parseDuration(text));
  } catch {
    return undefined;
  }
};

const fractionOf = (nanoseconds: bigint): string => {
  const digits = nanoseconds.toString().padStart(9, '0').replace(/0+$/, '');
  return digits === '' ? '' : `.${digits}`;
};

const pad = (part: number): string => String(Math.trunc(part)).padStart(2, '0');

/** RFC 3339 with as many fraction digits as there are, in the zone that the timestamp was written in. */
export const formatTimestamp = ({ nanoseconds, offsetSeconds: offset }: Timestamp): string => {
  const fraction = ((nanoseconds % billion) + billion) % billion;
  const date = new Date(Number((nanoseconds - fraction) / 1_000_000n) + offset * 1000);
  const minutes = Math.abs(offset) / 60;
  const zone = offset === 0 ? 'Z' : `${offset < 0 ? '-' : '+'}${pad(minutes / 60)}:${pad(minutes % 60)}`;
  return `${date.toISOString().slice(0, 19)}${fractionOf(fraction)}${zone}`;
};

/** Seconds with an `s`, as string(duration) gives. */
export const formatSeconds = (nanoseconds: bigint): string => {
  const magnitude = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  return `${nanoseconds < 0n ? '-' : ''}${magnitude / billion}${fractionOf(magnitude % billion)}s`;
};

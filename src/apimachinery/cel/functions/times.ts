import { offsetSeconds } from '../time.ts';
import type { Duration, Timestamp } from '../values.ts';
import { EvaluationError } from '../values.ts';
import { declareMember, type Overload } from './declare.ts';

const million = 1_000_000n;

/** The wall clock of an instant in a zone, as a date whose UTC fields are the zone's. */
const wallClock = (timestamp: Timestamp, zone: string): Date => {
  const fraction = ((timestamp.nanoseconds % million) + million) % million;
  const milliseconds = Number((timestamp.nanoseconds - fraction) / million);
  const offset = offsetSeconds(zone) ?? zoneOffsetSeconds(milliseconds, zone);
  return new Date(milliseconds + offset * 1000);
};

const zoneOffsetSeconds = (milliseconds: number, zone: string): number => {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    const part = Object.fromEntries(format.formatToParts(milliseconds).map(({ type, value }) => [type, Number(value)]));
    const local = Date.UTC(
      part['year'] ?? 0,
      (part['month'] ?? 1) - 1,
      part['day'] ?? 1,
      part['hour'] ?? 0,
      part['minute'] ?? 0,
      part['second'] ?? 0,
    );
    return Math.round((local - Math.floor(milliseconds / 1000) * 1000) / 1000);
  } catch {
    throw new EvaluationError(`unknown time zone ${zone}`);
  }
};

const dayOfYear = (date: Date): number => {
  const start = new Date(0);
  // Date.UTC takes the first hundred years for those of the twentieth century.
  start.setUTCFullYear(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - start.getTime()) / 86_400_000);
};

const parts: Readonly<Record<string, (date: Date) => number>> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDayOfYear: dayOfYear,
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDate: (date) => date.getUTCDate(),
  getDayOfWeek: (date) => date.getUTCDay(),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
};

const spans: Readonly<Record<string, (nanoseconds: bigint) => bigint>> = {
  getHours: (nanoseconds) => nanoseconds / 3_600_000_000_000n,
  getMinutes: (nanoseconds) => nanoseconds / 60_000_000_000n,
  getSeconds: (nanoseconds) => nanoseconds / 1_000_000_000n,
  getMilliseconds: (nanoseconds) => nanoseconds / million,
};

/** Parts of timestamps, in UTC or a zone by offset or IANA name, and of durations. */
export const times: readonly Overload[] = [
  ...Object.entries(parts).flatMap(([name, read]) => [
    declareMember(`${name}(timestamp) int`, (timestamp: Timestamp) => BigInt(read(wallClock(timestamp, 'UTC')))),
    declareMember(`${name}(timestamp, string) int`, (timestamp: Timestamp, zone: string) => BigInt(read(wallClock(timestamp, zone)))),
  ]),
  ...Object.entries(spans).map(([name, read]) =>
    declareMember(`${name}(duration) int`, (duration: Duration) => read(duration.nanoseconds)),
  ),
];

const shape = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?(Z|[+-]\d{2}:\d{2})$/;

interface Instant {
  /** Unix time, whole seconds. */
  readonly seconds: number;
  readonly nanoseconds: number;
}

const daysInMonth = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** Parses RFC 3339; undefined when the text is none. */
export function parseTimestamp(text: string): Instant | undefined {
  const match = shape.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return undefined;
  const zone = match[8] ?? 'Z';
  const offset = zone === 'Z' ? 0 : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute - offset, second);
  return { seconds: date.getTime() / 1000, nanoseconds: Number((match[7] ?? '').slice(0, 9).padEnd(9, '0')) };
}

/** meta/v1 Time: `2026-11-22T03:04:05Z`, whole seconds. */
export const formatTime = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

/** meta/v1 MicroTime: `2026-11-22T03:04:05.000000Z`. */
export const formatMicroTime = (date: Date): string => `${date.toISOString().slice(0, 23)}000Z`;

/** Times that are shown as they are written; the last days of a month need a look at the calendar. */
const plainTime = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/** The text as meta/v1 Time is shown: UTC, fractions cut off; undefined when it is no RFC 3339 time. */
export const canonicalTime = (text: string): string | undefined => {
  if (plainTime.test(text)) return text;
  const instant = parseTimestamp(text);
  return instant && formatTime(new Date(instant.seconds * 1000));
};

/** The text as meta/v1 MicroTime is shown: UTC, six digits; undefined when it is no RFC 3339 time. */
export const canonicalMicroTime = (text: string): string | undefined => {
  const instant = parseTimestamp(text);
  if (!instant) return undefined;
  const micros = String(Math.trunc(instant.nanoseconds / 1000)).padStart(6, '0');
  return `${new Date(instant.seconds * 1000).toISOString().slice(0, 19)}.${micros}Z`;
};

import { TerminalError } from '../../../controller-runtime/terminal-error.ts';

/** A parsed cron schedule. */
export interface Schedule {
  /** The first time after `after` (exclusive), both in milliseconds; undefined when there is none within five years. */
  next(after: number): number | undefined;
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const macros: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

interface Field {
  readonly values: ReadonlySet<number>;
  /** `*` or `?`: does not restrict. */
  readonly any: boolean;
}

function parseField(text: string, [min, max]: readonly [number, number], names: readonly string[] = []): Field {
  const number = (word: string): number => {
    const named = names.indexOf(word.toLowerCase());
    const value = named >= 0 ? named + min : Number(word);
    if (!Number.isInteger(value) || word === '')
      throw new TerminalError(`cron field ${JSON.stringify(text)}: ${JSON.stringify(word)} is not a number`);
    return value;
  };
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step] = part.split('/');
    const every = range === '*' || range === '?';
    const [low = '', high] = range.split('-');
    const first = every ? min : number(low);
    const last = every ? max : high !== undefined ? number(high) : step !== undefined ? max : first;
    const by = step === undefined ? 1 : number(step);
    if (first < min || last > max || first > last || by < 1)
      throw new TerminalError(`cron field ${JSON.stringify(text)}: out of range ${min}-${max}`);
    for (let value = first; value <= last; value += by) values.add(value);
  }
  return { values, any: /^[*?]/.test(text) };
}

/** Every `@every` duration in milliseconds, of hours, minutes and seconds. */
function parseEvery(text: string): number | undefined {
  const match = /^@every (?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (!match) return undefined;
  const [, hours = '0', minutes = '0', seconds = '0'] = match;
  return Math.max(1, Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}

const horizonMilliseconds = 5 * 366 * 86_400_000;

/**
 * Five fields (minute, hour, day of month, month, day of week), names, ranges, steps, lists and the usual macros; days match when either
 * restricted day field does. @throws TerminalError
 */
export const parseSchedule = (text: string, timeZone = 'UTC'): Schedule => {
  const every = parseEvery(text);
  if (every !== undefined) return { next: (after) => Math.floor(after / 1000) * 1000 + every };
  const fields = (macros[text] ?? text).trim().split(/\s+/);
  if (fields.length !== 5) throw new TerminalError(`cron schedule ${JSON.stringify(text)}: expected 5 fields, found ${fields.length}`);
  const [minuteText = '', hourText = '', dayText = '', monthText = '', weekdayText = ''] = fields;
  const minute = parseField(minuteText, [0, 59]);
  const hour = parseField(hourText, [0, 23]);
  const day = parseField(dayText, [1, 31]);
  const month = parseField(monthText, [1, 12], monthNames);
  const weekday = parseField(weekdayText.replaceAll('7', '0'), [0, 6], dayNames);
  const localTime = createLocalTime(timeZone);

  const dayMatches = (local: LocalTime): boolean => {
    if (!month.values.has(local.month)) return false;
    const byDate = day.values.has(local.day);
    const byWeekday = weekday.values.has(local.weekday);
    return day.any || weekday.any ? byDate && byWeekday : byDate || byWeekday;
  };
  const next = (after: number): number | undefined => {
    let time = Math.floor(after / 60_000) * 60_000 + 60_000;
    while (time - after < horizonMilliseconds) {
      const local = localTime(time);
      // Far from midnight a day is skipped in one stride; near it by the hour, as days are not always 24 hours long.
      if (!dayMatches(local)) time += (local.hour < 22 ? 22 - local.hour : 1) * 3_600_000 - local.minute * 60_000;
      else if (!hour.values.has(local.hour)) time += 3_600_000 - local.minute * 60_000;
      else if (!minute.values.has(local.minute)) time += 60_000;
      else return time;
    }
    return undefined;
  };
  return { next };
};

interface LocalTime {
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

function createLocalTime(timeZone: string): (time: number) => LocalTime {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      month: 'numeric',
      day: 'numeric',
      weekday: 'short',
      hour: 'numeric',
      minute: 'numeric',
    });
  } catch (cause) {
    throw new TerminalError(`time zone ${JSON.stringify(timeZone)}: unknown time zone`, { cause });
  }
  return (time) => {
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    return {
      month: Number(parts['month']),
      day: Number(parts['day']),
      weekday: dayNames.indexOf((parts['weekday'] ?? '').toLowerCase()),
      hour: Number(parts['hour']),
      minute: Number(parts['minute']),
    };
  };
}

/** The last scheduled time in (from, to], and how many there were (counting stops above 100); undefined when there was none. */
export const lastDue = (schedule: Schedule, from: number, to: number): { readonly at: number; readonly missed: number } | undefined => {
  let at: number | undefined;
  let missed = 0;
  for (let time = schedule.next(from); time !== undefined && time <= to; time = schedule.next(time)) {
    at = time;
    missed += 1;
    // A clock that jumped, or a controller that slept for months: look only at the recent past.
    if (missed === 101) time = Math.max(time, to - 100 * ((schedule.next(time) ?? to) - time));
  }
  return at === undefined ? undefined : { at, missed };
};

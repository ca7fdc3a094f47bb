import { expect, test } from 'vitest';
import { lastDue, parseSchedule } from './schedule.ts';

const at = (text: string): number => Date.parse(text);
const iso = (time: number | undefined): string | undefined => (time === undefined ? undefined : new Date(time).toISOString());

test.each([
  ['* * * * *', 'UTC', '2026-01-01T00:00:30Z', '2026-01-01T00:01:00.000Z'],
  ['*/15 * * * *', 'UTC', '2026-01-01T00:46:00Z', '2026-01-01T01:00:00.000Z'],
  ['30 2 * * *', 'UTC', '2026-01-01T02:30:00Z', '2026-01-02T02:30:00.000Z'],
  ['0 0 1 1 *', 'UTC', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00.000Z'],
  ['@hourly', 'UTC', '2026-01-01T05:59:59Z', '2026-01-01T06:00:00.000Z'],
  ['0 9 * * mon-fri', 'UTC', '2026-01-02T10:00:00Z', '2026-01-05T09:00:00.000Z'],
  ['0 0 29 feb *', 'UTC', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  // Both day fields restricted: either is enough.
  ['0 0 13 * fri', 'UTC', '2026-02-14T00:00:00Z', '2026-02-20T00:00:00.000Z'],
  ['0 9 * * *', 'Europe/Berlin', '2026-07-01T00:00:00Z', '2026-07-01T07:00:00.000Z'],
  // 02:30 does not exist on the night the clocks go forward.
  ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-30T00:30:00.000Z'],
  ['30 23 * * *', 'America/New_York', '2026-01-01T00:00:00Z', '2026-01-01T04:30:00.000Z'],
  ['@every 1h30m', 'UTC', '2026-01-01T00:00:00Z', '2026-01-01T01:30:00.000Z'],
])('%s in %s after %s is %s', (schedule, timeZone, after, next) => {
  expect(iso(parseSchedule(schedule, timeZone).next(at(after)))).toBe(next);
});

test.each(['* * * *', '61 * * * *', 'a * * * *', '5-1 * * * *', '*/0 * * * *'])('%s is refused', (schedule) => {
  expect(() => parseSchedule(schedule)).toThrow(/^cron/);
});

test('an unknown time zone is refused', () => {
  expect(() => parseSchedule('* * * * *', 'Mars/Base')).toThrow('Mars/Base');
});

test('of several missed times only the last is due', () => {
  const due = lastDue(parseSchedule('0 * * * *'), at('2026-01-01T00:00:00Z'), at('2026-01-01T05:30:00Z'));
  expect(due).toEqual({ at: at('2026-01-01T05:00:00Z'), missed: 5 });
  expect(lastDue(parseSchedule('0 * * * *'), at('2026-01-01T00:00:00Z'), at('2026-01-01T00:59:00Z'))).toBeUndefined();
});

test('after years of sleep the last time is still found', () => {
  const due = lastDue(parseSchedule('* * * * *'), at('2024-01-01T00:00:00Z'), at('2026-01-01T00:00:30Z'));
  expect(iso(due?.at)).toBe('2026-01-01T00:00:00.000Z');
  expect(due?.missed).toBeGreaterThan(100);
});

import { expect, test } from 'vitest';
import { DurationError, formatDuration, parseDuration } from './duration.ts';
import { humanAge, humanDuration } from './human-duration.ts';
import { canonicalMicroTime, canonicalTime, formatMicroTime, formatTime } from './timestamp.ts';

test.each([
  ['1h30m', 5_400_000_000_000n, '1h30m0s'],
  ['90s', 90_000_000_000n, '1m30s'],
  ['1.5s', 1_500_000_000n, '1.5s'],
  ['-2ms', -2_000_000n, '-2ms'],
  ['0', 0n, '0s'],
  ['100us', 100_000n, '100µs'],
  ['1.001µs', 1_001n, '1.001µs'],
  ['24h', 86_400_000_000_000n, '24h0m0s'],
  ['3ns', 3n, '3ns'],
])('duration %s', (text, nanoseconds, formatted) => {
  expect(parseDuration(text)).toBe(nanoseconds);
  expect(formatDuration(nanoseconds)).toBe(formatted);
});

test.each([
  ['', 'time: invalid duration ""'],
  ['5', 'time: missing unit in duration "5"'],
  ['1x', 'time: unknown unit "x" in duration "1x"'],
  ['.s', 'time: invalid duration ".s"'],
  ['3000000h', 'time: invalid duration "3000000h"'],
])('%j is no duration', (text, message) => {
  expect(() => parseDuration(text)).toThrow(new DurationError(message));
});

test.each([
  [-5, '<invalid>'],
  [45, '45s'],
  [119, '119s'],
  [120, '2m'],
  [200, '3m20s'],
  [600, '10m'],
  [179 * 60, '179m'],
  [3 * 3600 + 60, '3h1m'],
  [8 * 3600 + 60, '8h'],
  [47 * 3600, '47h'],
  [49 * 3600, '2d1h'],
  [8 * 86_400, '8d'],
  [729 * 86_400, '729d'],
  [740 * 86_400, '2y10d'],
  [9 * 365 * 86_400, '9y'],
])('%d seconds are shown as %s', (seconds, shown) => {
  expect(humanDuration(seconds * 1000)).toBe(shown);
});

test('ages need a timestamp', () => {
  const now = new Date('2026-01-01T00:01:00Z');
  expect(humanAge('2026-01-01T00:00:00Z', now)).toBe('60s');
  expect(humanAge(undefined, now)).toBe('<unknown>');
});

test.each([
  ['2026-11-22T03:04:05Z', '2026-11-22T03:04:05Z', '2026-11-22T03:04:05.000000Z'],
  ['2026-11-22T03:04:05.987654321+02:00', '2026-11-22T01:04:05Z', '2026-11-22T01:04:05.987654Z'],
  ['2024-02-29T23:59:59-01:30', '2024-03-01T01:29:59Z', '2024-03-01T01:29:59.000000Z'],
  ['2026-02-29T00:00:00Z', undefined, undefined],
  ['2026-11-22', undefined, undefined],
  ['2026-11-22T25:00:00Z', undefined, undefined],
])('time %s', (text, time, micro) => {
  expect(canonicalTime(text)).toBe(time);
  expect(canonicalMicroTime(text)).toBe(micro);
});

test('times of a Date', () => {
  const date = new Date('2026-11-22T03:04:05.678Z');
  expect(formatTime(date)).toBe('2026-11-22T03:04:05Z');
  expect(formatMicroTime(date)).toBe('2026-11-22T03:04:05.678000Z');
});

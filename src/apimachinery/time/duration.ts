import { goQuote } from '../text/go-quote.ts';

/** The text is no Go duration; the message is Go's. */
export class DurationError extends Error {
  override readonly name = 'DurationError';
}

const unitNanoseconds: Record<string, bigint> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const piece = /([0-9]*)(?:\.([0-9]*))?([^0-9.]*)/y;
const int64Max = (1n << 63n) - 1n;

/**
 * Parses a Go duration such as `1h30m`, `-1.5s` or `0` to nanoseconds.
 * @throws {DurationError}
 */
export function parseDuration(text: string): bigint {
  const fail = (): never => {
    throw new DurationError(`time: invalid duration ${goQuote(text)}`);
  };
  const negative = text.startsWith('-');
  const body = text.replace(/^[-+]/, '');
  if (body === '0') return 0n;
  if (body === '') fail();
  let total = 0n;
  piece.lastIndex = 0;
  while (piece.lastIndex < body.length) {
    const match = piece.exec(body);
    const [whole = '', fraction = '', unit = ''] = match?.slice(1) ?? [];
    if (!match || (whole === '' && fraction === '')) return fail();
    if (unit === '') throw new DurationError(`time: missing unit in duration ${goQuote(text)}`);
    const size = Object.hasOwn(unitNanoseconds, unit) ? unitNanoseconds[unit] : undefined;
    if (size === undefined) throw new DurationError(`time: unknown unit ${goQuote(unit)} in duration ${goQuote(text)}`);
    total += BigInt(whole || '0') * size + (BigInt(fraction || '0') * size) / 10n ** BigInt(fraction.length);
    if (total > int64Max + (negative ? 1n : 0n)) fail();
  }
  return negative ? -total : total;
}

/** Why the text is no Go duration, in Go's words; undefined when it is one. */
export const durationProblem = (text: string): string | undefined => {
  try {
    parseDuration(text);
    return undefined;
  } catch (error) {
    if (error instanceof DurationError) return error.message;
    throw error;
  }
};

/** Milliseconds of a Go duration, fractions cut off. @throws {DurationError} */
export const durationMilliseconds = (text: string): number => Number(parseDuration(text) / 1_000_000n);

const withFraction = (nanoseconds: bigint, unit: bigint): string => {
  const fraction = (nanoseconds % unit)
    .toString()
    .padStart(unit.toString().length - 1, '0')
    .replace(/0+$/, '');
  return `${nanoseconds / unit}${fraction === '' ? '' : `.${fraction}`}`;
};

/** Nanoseconds as Go prints a Duration: `1h30m0s`, `1.5s`, `20ms`, `0s`. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds < 0n) return `-${formatDuration(-nanoseconds)}`;
  if (nanoseconds === 0n) return '0s';
  if (nanoseconds < 1_000n) return `${nanoseconds}ns`;
  if (nanoseconds < 1_000_000n) return `${withFraction(nanoseconds, 1_000n)}µs`;
  if (nanoseconds < 1_000_000_000n) return `${withFraction(nanoseconds, 1_000_000n)}ms`;
  const minutes = nanoseconds / 60_000_000_000n;
  const seconds = `${withFraction(nanoseconds % 60_000_000_000n, 1_000_000_000n)}s`;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

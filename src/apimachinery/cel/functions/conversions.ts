import { typeName } from '../equality.ts';
import type { List } from '../values.ts';
import {
  checkInt,
  checkUint,
  type Duration,
  EvaluationError,
  type Timestamp,
  TypeValue,
  Uint,
  type MapValue,
  type Value,
} from '../values.ts';
import { runeCount } from '../../schema/constraints.ts';
import { formatSeconds, formatTimestamp, parseCelDuration, parseCelTimestamp, timestampAt } from '../time.ts';
import { formatDouble } from '../../text/format-double.ts';
import { declare, declareMember, type Overload } from './declare.ts';

const fail = (message: string): never => {
  throw new EvaluationError(message);
};

const toInt = (value: number): bigint =>
  Number.isFinite(value) && value > -(2 ** 63) && value < 2 ** 63 ? BigInt(Math.trunc(value)) : fail('integer overflow');
const toUint = (value: number): Uint =>
  Number.isFinite(value) && value >= 0 && value < 2 ** 64 ? new Uint(BigInt(Math.trunc(value))) : fail('unsigned integer overflow');

const refused = (type: string, from = 'string'): never => fail(`type conversion error from '${from}' to '${type}'`);

const parseInteger = (text: string): bigint | undefined => (/^[-+]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined);
const parseFloatText = (text: string): number => {
  if (/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text)) return Number(text);
  const special = /^([-+]?)(inf|infinity|nan)$/i.exec(text);
  if (special) return special[2]?.toLowerCase() === 'nan' ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  return refused('double');
};
const parseBool = (text: string): boolean => {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  return refused('bool');
};
const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail('invalid UTF-8 in bytes, cannot convert to string');
  }
};
const same = (value: Value): Value => value;
const sizeOf = (value: string | Uint8Array | List | MapValue): bigint => {
  if (typeof value === 'string') return BigInt(runeCount(value));
  return BigInt(value instanceof Uint8Array ? value.length : value.size);
};
const sizes = ['string', 'bytes', 'list(A)', 'map(A, B)'].flatMap((type) => [
  declare(`size(${type}) int`, sizeOf),
  declareMember(`size(${type}) int`, sizeOf),
]);

/** Type conversions, `size`, `type` and `dyn`. */
export const conversions: readonly Overload[] = [
  ...sizes,
  declare('type(A) type(A)', (value: Value) => new TypeValue(typeName(value))),
  declare('dyn(A) dyn', same),
  declare('@not_strictly_false(bool) bool', same),
  declare('int(int) int', same),
  declare('int(uint) int', (value: Uint) => checkInt(value.value)),
  declare('int(double) int', toInt),
  declare('int(string) int', (text: string) => {
    const value = parseInteger(text);
    return value !== undefined && BigInt.asIntN(64, value) === value ? value : refused('int');
  }),
  declare('int(timestamp) int', (value: Timestamp) => floorSeconds(value.nanoseconds)),
  declare('int(duration) int', (value: Duration) => value.nanoseconds),
  declare('uint(uint) uint', same),
  declare('uint(int) uint', (value: bigint) => checkUint(value)),
  declare('uint(double) uint', toUint),
  declare('uint(string) uint', (text: string) => {
    const value = /^\d+$/.test(text) ? BigInt(text) : undefined;
    return value !== undefined && BigInt.asUintN(64, value) === value ? new Uint(value) : refused('uint');
  }),
  declare('double(double) double', same),
  declare('double(int) double', Number),
  declare('double(uint) double', (value: Uint) => Number(value.value)),
  declare('double(string) double', parseFloatText),
  declare('bool(bool) bool', same),
  declare('bool(string) bool', parseBool),
  declare('string(string) string', same),
  declare('string(bool) string', String),
  declare('string(int) string', String),
  declare('string(uint) string', (value: Uint) => String(value.value)),
  declare('string(double) string', formatDouble),
  declare('string(bytes) string', decode, 'bytes_to_string'),
  declare('string(timestamp) string', (value: Timestamp) => formatTimestamp(value)),
  declare('string(duration) string', (value: Duration) => formatSeconds(value.nanoseconds)),
  declare('bytes(bytes) bytes', same),
  declare('bytes(string) bytes', (text: string) => new Uint8Array(Buffer.from(text)), 'string_to_bytes'),
  declare('timestamp(timestamp) timestamp', same),
  declare('timestamp(string) timestamp', (text: string) => parseCelTimestamp(text) ?? refused('google.protobuf.Timestamp')),
  declare('timestamp(int) timestamp', (seconds: bigint) => timestampAt(seconds) ?? fail('timestamp overflow')),
  declare('duration(duration) duration', same),
  declare('duration(string) duration', (text: string) => parseCelDuration(text) ?? refused('google.protobuf.Duration')),
  // Declared by cel-go, and never there.
  declare('duration(int) duration', (): Duration => refused('google.protobuf.Duration', 'int')),
];

const floorSeconds = (nanoseconds: bigint): bigint => {
  const seconds = nanoseconds / 1_000_000_000n;
  return nanoseconds < 0n && seconds * 1_000_000_000n !== nanoseconds ? seconds - 1n : seconds;
};

import { exactInteger } from '../json/exact-json.ts';

const words = new Map<string, null | boolean | number>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

const parseInteger = (plain: string): number | bigint | undefined => {
  const match = integer.exec(plain);
  if (!match) return undefined;
  const [, sign, hex, binary, octal, decimal] = match;
  const digits = hex === undefined ? (binary === undefined ? (octal === undefined ? decimal : `0o${octal}`) : `0b${binary}`) : `0x${hex}`;
  const magnitude = BigInt(digits ?? '0');
  if (magnitude >= 1n << 64n || (sign === '-' && magnitude > 1n << 63n)) return undefined;
  return exactInteger(sign === '-' ? -magnitude : magnitude);
};

/** What a plain scalar means to sigs.k8s.io/yaml: YAML 1.1 (yes, on, 0o17, 017, 1_000), timestamps stay strings. */
export function resolvePlainScalar(text: string): null | boolean | number | bigint | string {
  const word = words.get(text);
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  const isDigit = first >= 0x30 && first <= 0x39;
  if (text.startsWith('.')) return float.test(text) ? Number(text) : text;
  if (!isDigit && !text.startsWith('-') && !text.startsWith('+')) return text;
  const plain = text.replaceAll('_', '');
  return parseInteger(plain) ?? (float.test(plain) ? Number(plain) : text);
}

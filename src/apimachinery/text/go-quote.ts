import { encodeJson } from '../json/exact-json.ts';

const short: Record<string, string> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

const plain = /^[ !#-[\]-~]*$/;
const unprintable = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

const escapeOne = (char: string): string => {
  const known = short[char];
  if (known !== undefined) return known;
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  if (!unprintable.test(char)) return char;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
};

/** A string in double quotes as Go's %q prints it; API messages quote values this way. */
export const goQuote = (text: string): string => (plain.test(text) ? `"${text}"` : `"${Array.from(text, escapeOne).join('')}"`);

/** What JSON, and Go's JSON, writes as it is. */
const plainJson = /^[ !#-%'-;=?-[\]-~]*$/;

/** JSON as Go's encoding/json prints it inside messages: `<`, `>` and `&` are escaped. */
export const goJson = (value: unknown): string => {
  if (typeof value === 'string' && plainJson.test(value)) return `"${value}"`;
  return (encodeJson(value) ?? 'null').replace(/[<>&\u2028\u2029]/g, (char) => `\\u${hex(char.charCodeAt(0), 4)}`);
};

import { hopByHop } from './request-headers.ts';
import { staticTable } from './static-table.ts';

/** Answers' headers by HPACK (RFC 7541), as literals that no table keeps: nothing to agree upon, and little to do. */

const statusIndex = new Map(staticTable.flatMap(([name, value], i) => (name === ':status' ? [[Number(value), i + 1] as const] : [])));
const nameIndex = new Map(staticTable.map(([name], i) => [name, i + 1]));
/** Names come from us, and from servers that are proxied. */
const maxNames = 1000;
const names = new Map<string, Buffer | undefined>();

let block = Buffer.alloc(16 * 1024);
let size = 0;

const reserve = (bytes: number): void => {
  if (size + bytes <= block.length) return;
  const larger = Buffer.alloc(2 * (size + bytes));
  larger.set(block.subarray(0, size));
  block = larger;
};

const integerBytes = (value: number, prefix: number): number[] => {
  const most = 2 ** prefix - 1;
  if (value < most) return [value];
  const bytes = [most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
};

/** A literal's beginning and its name; undefined for what HTTP/2 does not take. */
const nameOf = (name: string): Buffer | undefined => {
  const known = names.get(name);
  if (known !== undefined || names.has(name)) return known;
  const lower = name.toLowerCase();
  const index = nameIndex.get(lower);
  const literal = (): Buffer => Buffer.from([0, ...integerBytes(lower.length, 7), ...Buffer.from(lower, 'latin1')]);
  const made = hopByHop.has(lower) ? undefined : index === undefined ? literal() : Buffer.from(integerBytes(index, 4));
  if (names.size < maxNames) names.set(name, made);
  return made;
};

/** Anything else goes as UTF-8, and what ends a line as a space. */
const plain = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f]/g;

const add = (name: Buffer, text: string): void => {
  const value = plain.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1').replaceAll(control, ' ');
  reserve(name.length + value.length + 8);
  block.set(name, size);
  size += name.length;
  if (value.length < 127) block[size++] = value.length;
  else for (const byte of integerBytes(value.length, 7)) block[size++] = byte;
  size += block.write(value, size, 'latin1');
};

let second = 0;
let date = '';
const dateNow = (): string => {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) [second, date] = [now, new Date(now * 1000).toUTCString()];
  return date;
};

const addAll = (headers: Readonly<Record<string, string | string[]>>): void => {
  for (const header in headers) {
    const value = headers[header]!;
    const name = nameOf(header);
    if (name === undefined) continue;
    if (typeof value === 'string') add(name, value);
    else for (const one of value) add(name, one);
  }
};

/** The block of what an answer says after its body; valid until the next one is made. */
export const encodeTrailers = (trailers: Readonly<Record<string, string | string[]>>): Buffer => {
  size = 0;
  addAll(trailers);
  return block.subarray(0, size);
};

/** The block of an answer's headers; valid until the next one is made. */
export const encodeHeaders = (status: number, headers: Readonly<Record<string, string | string[]>>): Buffer => {
  size = 0;
  const index = statusIndex.get(status);
  if (index === undefined) add(Buffer.from([8]), String(status));
  else block[size++] = 0x80 | index;
  addAll(headers);
  if (headers['date'] === undefined && status >= 200) add(nameOf('date')!, dateNow());
  return block.subarray(0, size);
};

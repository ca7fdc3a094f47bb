import type { Json, JsonObject } from '../meta/object.ts';
import { resolvePlainScalar } from './resolve-scalar.ts';

/** Nothing in it means anything to YAML, wherever it stands. */
const plainText = /^[A-Za-z0-9_./(](?:[A-Za-z0-9_./()+=@,;-]|:(?! |$)| (?! |$))*$/;
/** What YAML 1.1 takes for a time, for a number to the base of sixty, or for the end of a document. */
const special = /^\d{4}-\d|^\d[\d_]*:|^\.\.\./;
/** Characters that a quoted scalar escapes besides JSON's own. */
const unprintable = /[\u007f-\u009f\u2028\u2029\ufeff]/g;
/** Lines that a block can hold as they are; the first must show where the block is indented to. */
// oxlint-disable-next-line no-control-regex -- those are what a block cannot hold
const blockText = /^(?![ \n])[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ud800-\udfff]*$/;

const isPlain = (text: string): boolean => plainText.test(text) && !special.test(text) && resolvePlainScalar(text) === text;

const quoted = (text: string): string =>
  JSON.stringify(text).replace(unprintable, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

const block = (text: string, indent: string): string => {
  const [, body = '', end = ''] = /^([^]*?)(\n*)$/.exec(text) ?? [];
  const chomping = end === '' ? '-' : end === '\n' ? '' : '+';
  return `|${chomping}\n${`${body}${end.slice(1)}`.replace(/^(?=[^\n])/gm, indent)}`;
};

/** `indent`: of what is below the place where the scalar stands. */
const scalar = (value: Exclude<Json, JsonObject | Json[]>, indent: string): string => {
  if (typeof value !== 'string') return String(value);
  if (isPlain(value)) return value;
  return value.includes('\n') && blockText.test(value) ? block(value, indent) : quoted(value);
};

const isCollection = (value: Json): value is JsonObject | Json[] => typeof value === 'object' && value !== null;
const isEmpty = (value: JsonObject | Json[]): boolean => (Array.isArray(value) ? value : Object.keys(value)).length === 0;
const emptyText = (value: JsonObject | Json[]): string => (Array.isArray(value) ? '[]' : '{}');

/** `first` precedes the first line of a collection, `indent` all others. */
const writeMap = (lines: string[], map: JsonObject, { first, indent }: { readonly first: string; readonly indent: string }): void => {
  let lead = first;
  for (const key of Object.keys(map).toSorted()) {
    const value = map[key] ?? null;
    const name = `${lead}${isPlain(key) ? key : quoted(key)}:`;
    lead = indent;
    if (!isCollection(value)) lines.push(`${name} ${scalar(value, `${indent}  `)}`);
    else if (isEmpty(value)) lines.push(`${name} ${emptyText(value)}`);
    else {
      lines.push(name);
      // Lists stand below their name, not further in.
      const below = Array.isArray(value) ? indent : `${indent}  `;
      writeCollection(lines, value, { first: below, indent: below });
    }
  }
};

const writeList = (
  lines: string[],
  items: readonly Json[],
  { first, indent }: { readonly first: string; readonly indent: string },
): void => {
  let lead = first;
  for (const item of items) {
    const dash = `${lead}- `;
    lead = indent;
    if (!isCollection(item)) lines.push(`${dash}${scalar(item, `${indent}  `)}`);
    else if (isEmpty(item)) lines.push(`${dash}${emptyText(item)}`);
    else writeCollection(lines, item, { first: dash, indent: `${indent}  ` });
  }
};

const writeCollection = (lines: string[], value: JsonObject | Json[], place: { readonly first: string; readonly indent: string }): void =>
  Array.isArray(value) ? writeList(lines, value, place) : writeMap(lines, value, place);

/** YAML as `application/yaml` answers and CLI output show it: keys sorted, no aliases, strings quoted that YAML 1.1 would misread. */
export const encodeYaml = (value: Json): string => {
  if (!isCollection(value)) return `${scalar(value, '  ')}\n`;
  if (isEmpty(value)) return `${emptyText(value)}\n`;
  const lines: string[] = [];
  writeCollection(lines, value, { first: '', indent: '' });
  return `${lines.join('\n')}\n`;
};

import { parseJson } from './exact-json.ts';
import type { Json } from '../meta/object.ts';
import { hasDuplicateKeys } from './has-duplicate-keys.ts';
import { scanJson } from './json-scanner.ts';

export interface DecodeJsonOptions {
  /** Look for duplicate keys (fieldValidation Strict and Warn). It costs about half as much again. */
  readonly duplicates?: boolean;
  /** Deeper nesting is refused; 500 by default. */
  readonly maxDepth?: number;
}

export interface DecodedJson {
  readonly value: Json;
  /** Paths such as `spec.template.spec.containers[0].name`; empty unless asked for. The last of duplicate values counts. */
  readonly duplicateFields: string[];
}

/**
 * How deep a value may nest. Go's encoding/json takes 10,000 levels; what walks values here does so recursively, and nothing that means
 * anything comes near either.
 */
export const maxNesting = 500;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Whether the text has the character more often than `count` times. */
const hasMoreThan = (text: string, character: string, count: number): boolean => {
  let at = -1;
  for (let found = 0; found <= count; found++) if ((at = text.indexOf(character, at + 1)) < 0) return false;
  return true;
};

/** Whether nesting may be deeper than the limit, without parsing: counts brackets outside strings, where there are enough at all. */
const isTooDeep = (text: string, maxDepth: number): boolean => {
  if (text.length <= 2 * maxDepth || !['{', '['].some((bracket) => hasMoreThan(text, bracket, maxDepth / 2 - 1))) return false;
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at++);
    if (code === 0x22) {
      for (;;) {
        at = text.indexOf('"', at);
        if (at < 0) return false;
        let slashes = 0;
        while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
        at++;
        if (slashes % 2 === 0) break;
      }
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > maxDepth) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
};

/**
 * Decodes one JSON value; ill-formed UTF-8 becomes U+FFFD, as in Go. JSON.parse does the work, the scanner words the errors.
 * @throws {JsonSyntaxError}
 */
export function decodeJson(input: Uint8Array | string, options: DecodeJsonOptions = {}): DecodedJson {
  const text = typeof input === 'string' ? input : utf8.decode(input);
  const maxDepth = options.maxDepth ?? maxNesting;
  if (isTooDeep(text, maxDepth)) scanJson(text, { maxDepth, duplicates: false });
  let value: Json;
  try {
    value = parseJson(text);
  } catch (error) {
    scanJson(text, { maxDepth, duplicates: false });
    throw error;
  }
  const scan = options.duplicates === true && hasDuplicateKeys(text, value);
  return { value, duplicateFields: scan ? scanJson(text, { maxDepth, duplicates: true }) : [] };
}

import { tooLarge } from '../errors/api-errors.ts';
import type { StatusError } from '../errors/status-error.ts';
import { closingQuote } from './closing-quote.ts';
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

/**
 * How many objects and arrays a value may hold. Each may grow a hundredfold by defaults and by what is wrong with it, and what means
 * anything is longer than three characters.
 */
export const maxCollections = 100_000;

/** More objects and arrays than the server takes. */
export const tooManyCollections = (): StatusError => tooLarge(`there are more than ${maxCollections} objects and lists in it`);

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Whether the text has the character more often than `count` times. */
const hasMoreThan = (text: string, character: string, count: number): boolean => {
  let at = -1;
  for (let found = 0; found <= count; found++) if ((at = text.indexOf(character, at + 1)) < 0) return false;
  return true;
};

interface Extent {
  readonly depth: number;
  readonly collections: number;
}

/** How deep a text nests and how many objects and arrays are in it, without parsing: the brackets outside strings. */
const extentOf = (text: string): Extent => {
  let depth = 0;
  let deepest = 0;
  let collections = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = closingQuote(text, at);
      if (at < 0) break;
    } else if (code === 0x5b || code === 0x7b) {
      collections++;
      deepest = Math.max(deepest, ++depth);
    } else if (code === 0x5d || code === 0x7d) depth--;
    at++;
  }
  return { depth: deepest, collections };
};

const nothing: Extent = { depth: 0, collections: 0 };

/** The extent of texts with so many brackets that it may matter. */
const notableExtent = (text: string, maxDepth: number): Extent => {
  const isNotable = text.length > 2 * maxDepth && ['{', '['].some((bracket) => hasMoreThan(text, bracket, maxDepth / 2 - 1));
  return isNotable ? extentOf(text) : nothing;
};

/**
 * Decodes one JSON value; ill-formed UTF-8 becomes U+FFFD, as in Go. JSON.parse does the work, the scanner words the errors.
 * @throws {JsonSyntaxError}, StatusError RequestEntityTooLarge on more objects and arrays than the server takes
 */
export function decodeJson(input: Uint8Array | string, options: DecodeJsonOptions = {}): DecodedJson {
  const text = typeof input === 'string' ? input : utf8.decode(input);
  const maxDepth = options.maxDepth ?? maxNesting;
  const { depth, collections } = notableExtent(text, maxDepth);
  if (depth > maxDepth) scanJson(text, { maxDepth, duplicates: false });
  if (collections > maxCollections) throw tooManyCollections();
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

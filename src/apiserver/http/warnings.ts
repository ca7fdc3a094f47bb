import { runeCount } from '../../apimachinery/schema/constraints.ts';

/** What a request's client is to be told beside the answer, as kube-apiserver tells it: each text once, no more than headers can carry. */
export interface Warnings {
  readonly size: number;
  add(text: string): void;
  /** Values of the Warning header (RFC 7234, code 299). */
  headers(): string[];
}

/** So many characters are told in full; of more, each warning's beginning, until there are as many of those. */
const maxCharacters = 4096;
const shortCharacters = 256;

const unprintable = /\p{Cc}/u;

/** A header is bytes, which strings of headers hold one by one. */
const header = (text: string): string => Buffer.from(`299 - "${text.replace(/["\\]/g, '\\$&')}"`).toString('latin1');

const shorten = (text: string): string =>
  text.length > shortCharacters
    ? Array.from(text.slice(0, 2 * shortCharacters))
        .slice(0, shortCharacters)
        .join('')
    : text;

export const createWarnings = (): Warnings => {
  const seen = new Set<string>();
  let told: string[] = [];
  let characters = 0;
  let shortens = false;
  const tell = (text: string): void => {
    characters += runeCount(text);
    told.push(text);
  };
  return {
    get size() {
      return told.length;
    },
    add(text) {
      if (text === '' || seen.has(text) || (shortens && characters >= maxCharacters)) return;
      seen.add(text);
      // What cannot be printed on one line is not told.
      if (unprintable.test(text)) return;
      if (shortens || characters + runeCount(text) <= maxCharacters) return tell(shortens ? shorten(text) : text);
      const before = told;
      [shortens, characters, told] = [true, 0, []];
      for (const each of [...before, text]) tell(shorten(each));
    },
    headers: () => told.map(header),
  };
};

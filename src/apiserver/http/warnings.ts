/** What a request's client is to be told beside the answer, as kube-apiserver tells it: each text once, no more than headers can carry. */
export interface Warnings {
  readonly size: number;
  add(text: string): void;
  /** Values of the Warning header (RFC 7234, code 299). */
  headers(): string[];
}

/** So much text is told in full; of more, each warning's beginning, and then no more. */
const maxCharacters = 4096;
const shortCharacters = 256;

/** What each takes around its text, near enough. */
const headerCharacters = 16;

const unprintable = /\p{Cc}/gu;

/** A header is bytes, which strings of headers hold one by one. */
const asBytes = (text: string): string => Buffer.from(text).toString('latin1');

const header = (text: string): string =>
  asBytes(
    `299 - "${text
      .replace(/["\\]/g, '\\$&')
      .replace(/\s*\n\s*/g, ' ')
      .replace(unprintable, ' ')}"`,
  );

export const createWarnings = (): Warnings => {
  const texts = new Set<string>();
  let characters = 0;
  let shortened = 0;
  return {
    get size() {
      return texts.size;
    },
    add(text) {
      if (shortened > maxCharacters || texts.has(text)) return;
      texts.add(text);
      characters += text.length;
      shortened += Math.min(text.length, shortCharacters) + headerCharacters;
    },
    headers: () => [...texts].map((text) => header(characters > maxCharacters ? text.slice(0, shortCharacters) : text)),
  };
};

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface FollowedFile<T> {
  /** What the file said when it last made sense. */
  readonly current: T;
  /** `sha256:…` of that text. */
  readonly hash: string;
  stop(): void;
}

export interface FollowOptions<T, Text = string> {
  /** @throws {Error} when the text makes no sense: what was there before stays */
  readonly parse: (text: Text) => T;
  /** Hears of each change that was looked at, and what was wrong with it. */
  readonly onReload: (error: unknown) => void;
  /** Between looks at the file; it may be a link that is turned to another file. */
  readonly intervalMilliseconds?: number;
}

const digest = (texts: readonly string[]): string => `sha256:${createHash('sha256').update(texts.join('\n')).digest('hex')}`;

/** Reads files that belong together, and all of them again when one changes. @throws {Error} when one cannot be read, or they make no sense at first */
export const followFiles = <T>(
  paths: readonly string[],
  { parse, onReload, intervalMilliseconds = 1000 }: FollowOptions<T, readonly string[]>,
): FollowedFile<T> => {
  const readAll = (): string[] => paths.map((path) => readFileSync(path, 'utf8'));
  let texts = readAll();
  let current = parse(texts);
  let hash = digest(texts);
  let unreadable = '';
  const look = (): void => {
    let read: string[];
    try {
      read = readAll();
    } catch (error) {
      const { message } = error as Error;
      if (message !== unreadable) onReload(error);
      unreadable = message;
      return;
    }
    unreadable = '';
    if (read.every((text, index) => text === texts[index])) return;
    texts = read;
    try {
      current = parse(read);
    } catch (error) {
      return onReload(error);
    }
    hash = digest(read);
    onReload(undefined);
  };
  // Watchers of the file system miss what happens before they begin, and links that are turned.
  const timer = setInterval(look, intervalMilliseconds).unref();
  return {
    get current() {
      return current;
    },
    get hash() {
      return hash;
    },
    stop: () => clearInterval(timer),
  };
};

/** The same of one file. @throws {Error} as above */
export const followFile = <T>(path: string, { parse, ...options }: FollowOptions<T>): FollowedFile<T> =>
  followFiles([path], { ...options, parse: ([text = '']) => parse(text) });

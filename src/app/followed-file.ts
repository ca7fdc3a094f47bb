import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface FollowedFile<T> {
  /** What the file said when it last made sense. */
  readonly current: T;
  /** `sha256:…` of that text. */
  readonly hash: string;
  stop(): void;
}

export interface FollowOptions<T> {
  /** @throws {Error} when the text makes no sense: what was there before stays */
  readonly parse: (text: string) => T;
  /** Hears of each change that was looked at, and what was wrong with it. */
  readonly onReload: (error: unknown) => void;
  /** Between looks at the file; it may be a link that is turned to another file. */
  readonly intervalMilliseconds?: number;
}

const digest = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** Reads a file, and reads it again when it changes. @throws {Error} when it cannot be read, or makes no sense at first */
export const followFile = <T>(path: string, { parse, onReload, intervalMilliseconds = 1000 }: FollowOptions<T>): FollowedFile<T> => {
  let text = readFileSync(path, 'utf8');
  let current = parse(text);
  let hash = digest(text);
  let unreadable = '';
  const look = (): void => {
    let read: string;
    try {
      read = readFileSync(path, 'utf8');
    } catch (error) {
      const { message } = error as Error;
      if (message !== unreadable) onReload(error);
      unreadable = message;
      return;
    }
    unreadable = '';
    if (read === text) return;
    text = read;
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

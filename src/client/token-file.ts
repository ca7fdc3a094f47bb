import { readFile } from 'node:fs/promises';
import type { Credentials, CredentialSource } from './http/options.ts';

/** Projected tokens are rotated in place; client-go rereads at this pace too. */
const rereadMilliseconds = 60_000;

/** A bearer token from a file, read again every minute and after a 401. */
export const tokenFileCredentials = (path: string, besides: Credentials = {}): CredentialSource => {
  let cached: Promise<Credentials> | undefined;
  let readAt = 0;
  return {
    get: () => {
      if (!cached || Date.now() - readAt > rereadMilliseconds) {
        readAt = Date.now();
        cached = readFile(path, 'utf8').then((text) => ({ ...besides, token: text.trim() }));
        cached.catch(() => (cached = undefined));
      }
      return cached;
    },
    invalidate: () => (cached = undefined),
  };
};

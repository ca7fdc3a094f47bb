import { createHash, timingSafeEqual } from 'node:crypto';
import type { IdentityOptions } from '../contract.ts';
import type { TokenAuthenticator } from './contract.ts';

const digest = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Tokens given at start. Compared by digest, in constant time. */
export const staticTokenAuthenticator = (tokens: NonNullable<IdentityOptions['tokens']>): TokenAuthenticator => {
  const known = tokens.map(({ token, ...user }) => ({ digest: digest(token), user }));
  return (token, audiences) => {
    if (known.length === 0) return undefined;
    const asked = digest(token);
    const user = known.find((entry) => timingSafeEqual(entry.digest, asked))?.user;
    return user && { user, audiences };
  };
};

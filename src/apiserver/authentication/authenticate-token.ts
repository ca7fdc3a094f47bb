import type { TokenAuthenticator, TokenIdentity } from './contract.ts';

/** Asks each kind of token in turn. Undefined when nobody knows it. @throws Error, the last objection, when somebody did but refused */
export const authenticateToken =
  (methods: readonly TokenAuthenticator[]): ((token: string, audiences: readonly string[]) => Promise<TokenIdentity | undefined>) =>
  async (token, audiences) => {
    let objection: unknown;
    for (const method of methods) {
      try {
        const identity = await method(token, audiences);
        if (identity) return identity;
      } catch (error) {
        objection = error;
      }
    }
    if (objection !== undefined) throw objection;
    return undefined;
  };

import { authenticateToken } from '../authenticate-token.ts';
import type { TokenAuthenticator } from '../contract.ts';
import { oidcTokenAuthenticator } from './authenticator.ts';
import type { AuthenticationConfiguration } from './configuration.ts';

/** Tokens of all issuers that the configuration of the moment names. An issuer that a new one leaves as it is keeps its keys. */
export const configuredIssuers = (configuration: () => AuthenticationConfiguration | undefined, now: () => number): TokenAuthenticator => {
  let made: AuthenticationConfiguration | undefined;
  let known = new Map<string, TokenAuthenticator>();
  let authenticate: TokenAuthenticator = () => undefined;
  return (token, audiences) => {
    const wanted = configuration();
    if (wanted !== made) {
      const before = known;
      made = wanted;
      known = new Map(
        (wanted?.jwt ?? []).map((entry, index) => {
          const key = `${index} ${JSON.stringify(entry)}`;
          return [key, before.get(key) ?? oidcTokenAuthenticator(entry, { now, path: `jwt[${index}]` })];
        }),
      );
      authenticate = authenticateToken([...known.values()]);
    }
    return authenticate(token, audiences);
  };
};

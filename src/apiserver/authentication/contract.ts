import type { ApiRequest, UserInfo } from '../http/exchange.ts';

/** One way to know who asks. Undefined: this method has nothing to say, ask the next. @throws StatusError Unauthorized when a credential is present but bad */
export type Authenticator = (request: ApiRequest) => Promise<UserInfo | undefined> | UserInfo | undefined;

/** Whom a bearer token belongs to, and for which of the asked-for audiences it is good. */
export interface TokenIdentity {
  readonly user: UserInfo;
  readonly audiences: readonly string[];
}

/** One kind of bearer token. Undefined: not a token of mine. @throws Error saying what is wrong with it */
export type TokenAuthenticator = (
  token: string,
  audiences: readonly string[],
) => Promise<TokenIdentity | undefined> | TokenIdentity | undefined;

export const allAuthenticated = 'system:authenticated';
export const allUnauthenticated = 'system:unauthenticated';

export const anonymousUser: UserInfo = { username: 'system:anonymous', groups: [allUnauthenticated] };

/** Adds system:authenticated, as every authenticated user has it. */
export const withAuthenticatedGroup = (user: UserInfo): UserInfo =>
  user.groups.includes(allAuthenticated) || user.username === anonymousUser.username
    ? user
    : { ...user, groups: [...user.groups, allAuthenticated] };

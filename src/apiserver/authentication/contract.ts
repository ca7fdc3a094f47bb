import type { ApiRequest, UserInfo } from '../http/exchange.ts';

/** One way to know who asks. Undefined: this method has nothing to say, ask the next. @throws StatusError Unauthorized when a credential is present but bad */
export type Authenticator = (request: ApiRequest) => Promise<UserInfo | undefined> | UserInfo | undefined;

export const anonymousUser: UserInfo = { username: 'system:anonymous', groups: ['system:unauthenticated'] };

import type { UserInfo } from '../apiserver/http/exchange.ts';

/** Our controllers, in process: they act on any kind that a user may bring, so they are administrators of the API they serve. */
export const controllersUser: UserInfo = { username: 'system:causeway:controllers', groups: ['system:masters', 'system:authenticated'] };

/** The hub on an embedded member. */
export const hubUser: UserInfo = { username: 'system:causeway:hub', groups: ['system:masters', 'system:authenticated'] };

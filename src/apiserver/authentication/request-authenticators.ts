import { isUtf8 } from 'node:buffer';
import { unauthorized } from '../../apimachinery/errors/api-errors.ts';
import type { UserInfo } from '../http/exchange.ts';
import { offeredProtocols, tokenProtocols, wantsWebSocket } from '../websocket/handshake.ts';
import type { Authenticator, TokenIdentity } from './contract.ts';
import { anonymousUser, withAuthenticatedGroup } from './contract.ts';

/** Callers inside the process are who they say they are. */
export const inProcess: Authenticator = ({ user }) => user;

/** Which credential it was, for logs and for who must know it again. */
const credentialId = 'authentication.kubernetes.io/credential-id';

/** The verified client certificate: common name is the user, organizations are the groups. */
export const clientCertificate: Authenticator = ({ certificate }) =>
  certificate && certificate.commonName !== ''
    ? withAuthenticatedGroup({
        username: certificate.commonName,
        groups: [...certificate.organizations],
        ...(certificate.uid === undefined ? {} : { uid: certificate.uid }),
        ...(certificate.fingerprint === undefined ? {} : { extra: { [credentialId]: [`X509SHA256=${certificate.fingerprint}`] } }),
      })
    : undefined;

/** Somebody who shows a bad credential is not anonymous, as in kube-apiserver. @throws StatusError Unauthorized */
export const refuseUntrustedCertificate: Authenticator = ({ untrustedCertificate, certificate }) => {
  if (untrustedCertificate || certificate?.commonName === '') throw unauthorized();
  return undefined;
};

type Authenticate = (token: string) => Promise<TokenIdentity | undefined>;

/** @throws StatusError Unauthorized when nobody takes it */
const userOf = async (authenticate: Authenticate, token: string): Promise<UserInfo> => {
  let identity: TokenIdentity | undefined;
  try {
    identity = await authenticate(token);
  } catch (error) {
    throw Object.assign(unauthorized(), { cause: error });
  }
  if (!identity) throw unauthorized();
  return withAuthenticatedGroup(identity.user);
};

/** The Authorization header's bearer token, by any of the token methods. @throws StatusError Unauthorized when nobody takes it */
export const bearerToken =
  (authenticate: Authenticate): Authenticator =>
  ({ headers }) => {
    const [scheme = '', token = ''] = (headers['authorization'] ?? '').trim().split(' ');
    return scheme.toLowerCase() === 'bearer' && token !== '' ? userOf(authenticate, token) : undefined;
  };

/**
 * The bearer token that browsers hide among a WebSocket's subprotocols: one, in base64url, besides the protocol that is spoken.
 * @throws StatusError Unauthorized when it is not so, or nobody takes it
 */
export const webSocketToken =
  (authenticate: Authenticate): Authenticator =>
  (request) => {
    if (!wantsWebSocket(request)) return undefined;
    const [encoded, another] = tokenProtocols(request);
    if (encoded === undefined || encoded === '') return undefined;
    const token = Buffer.from(encoded, 'base64url');
    if (another !== undefined || !/^[\w-]+$/.test(encoded) || !isUtf8(token) || offeredProtocols(request).length === 0)
      throw unauthorized();
    return userOf(authenticate, token.toString('utf8'));
  };

/** AuthenticationConfiguration's `anonymous`: with paths, only exactly those; without, everything. */
export interface AnonymousOptions {
  readonly enabled: boolean;
  readonly paths?: readonly string[];
}

/** Requests without any credential. What they may do is authorization's business. @throws StatusError Unauthorized where they are not let in */
export const anonymous =
  (options: () => AnonymousOptions): Authenticator =>
  ({ url }) => {
    const { enabled, paths } = options();
    const query = url.indexOf('?');
    if (!enabled || (paths && !paths.includes(query < 0 ? url : url.slice(0, query)))) throw unauthorized();
    return anonymousUser;
  };

import { unauthorized } from '../../apimachinery/errors/api-errors.ts';
import type { ApiRequest } from '../http/exchange.ts';
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
export const refuseUntrustedCertificate: Authenticator = ({ untrustedCertificate }) => {
  if (untrustedCertificate) throw unauthorized();
  return undefined;
};

const protocolPrefix = 'base64url.bearer.authorization.k8s.io.';

/** The Authorization header's bearer token, or the one that browsers hide among the WebSocket protocols. */
export const bearerTokenOf = ({ headers }: Pick<ApiRequest, 'headers'>): string | undefined => {
  const [scheme = '', token = ''] = (headers['authorization'] ?? '').trim().split(' ');
  if (scheme.toLowerCase() === 'bearer' && token !== '') return token;
  const protocol = (headers['sec-websocket-protocol'] ?? '').split(/,\s*/).find((entry) => entry.startsWith(protocolPrefix));
  return protocol === undefined ? undefined : Buffer.from(protocol.slice(protocolPrefix.length), 'base64url').toString('utf8');
};

/** A bearer token by any of the token methods. @throws StatusError Unauthorized when nobody takes it */
export const bearerToken =
  (authenticate: (token: string) => Promise<TokenIdentity | undefined>): Authenticator =>
  async (request) => {
    const token = bearerTokenOf(request);
    if (token === undefined) return undefined;
    let identity: TokenIdentity | undefined;
    try {
      identity = await authenticate(token);
    } catch (error) {
      throw Object.assign(unauthorized(), { cause: error });
    }
    if (!identity) throw unauthorized();
    return withAuthenticatedGroup(identity.user);
  };

/** AuthenticationConfiguration's `anonymous`: with paths, only exactly those; without, everything. */
export interface AnonymousOptions {
  readonly enabled: boolean;
  readonly paths?: readonly string[];
}

/** Requests without any credential. What they may do is authorization's business. @throws StatusError Unauthorized where they are not let in */
export const anonymous = ({ enabled, paths }: AnonymousOptions): Authenticator => {
  const allowed = paths && new Set(paths);
  return ({ url }) => {
    const query = url.indexOf('?');
    if (!enabled || (allowed && !allowed.has(query < 0 ? url : url.slice(0, query)))) throw unauthorized();
    return anonymousUser;
  };
};

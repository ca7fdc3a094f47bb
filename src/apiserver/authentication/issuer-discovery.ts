import { methodNotAllowed } from '../../apimachinery/errors/api-errors.ts';
import type { PlainRoute } from '../http/route.ts';
import { pageNotFound } from '../http/respond.ts';
import type { ApiResponse } from '../http/exchange.ts';
import type { VerificationKey } from './jwt.ts';

export const discoveryPath = '/.well-known/openid-configuration';
export const keySetPath = '/openid/v1/jwks';

const document = (contentType: string, value: unknown): ApiResponse => ({
  status: 200,
  headers: { 'content-type': contentType, 'cache-control': 'public, max-age=3600' },
  body: Buffer.from(JSON.stringify(value)),
});

/** OpenID discovery of the service account issuer, so that others can verify our tokens (KEP-1393). */
export const issuerDiscoveryRoutes = (issuer: string, keys: readonly VerificationKey[]): readonly PlainRoute[] => {
  const configuration = {
    issuer,
    jwks_uri: `${issuer.replace(/\/$/, '')}${keySetPath}`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...new Set(keys.map((key) => key.algorithm))].toSorted(),
  };
  const keySet = {
    keys: keys.map(({ publicKey, keyId, algorithm }) => {
      const { kty, n, e, crv, x, y } = publicKey.export({ format: 'jwk' });
      return { use: 'sig', kty, kid: keyId, ...(crv ? { crv } : {}), alg: algorithm, ...(n ? { n, e } : { x, y }) };
    }),
  };
  /** With or without a slash at the end, and by GET alone. */
  const served = (path: string, answer: () => ApiResponse): readonly PlainRoute[] =>
    [path, `${path}/`].map((each) => ({
      path: each,
      handle: ({ path: asked, request }) => {
        if (asked !== each) return pageNotFound();
        if (request.method !== 'GET') throw methodNotAllowed();
        return answer();
      },
    }));
  return [
    ...served(discoveryPath, () => document('application/json', configuration)),
    ...served(keySetPath, () => document('application/jwk-set+json', keySet)),
  ];
};

import { constants, createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import type { JwtAuthenticatorConfiguration } from './configuration.ts';
import { fetchJson } from './fetch-json.ts';

interface IssuerKey {
  readonly keyId: string | undefined;
  readonly algorithm: string | undefined;
  readonly publicKey: KeyObject;
}

/** The algorithms that OpenID providers may sign with: RSA, RSA-PSS and ECDSA, never a shared secret. */
const algorithm = /^(RS|PS|ES)(256|384|512)$/;
/** Unknown keys make the set be fetched again, no oftener than this. */
const refetchMilliseconds = 1000;

const curves: Readonly<Record<string, string>> = { 256: 'prime256v1', 384: 'secp384r1', 512: 'secp521r1' };

const isVerifiedBy = (token: string, name: string, { publicKey, algorithm: own }: IssuerKey): boolean => {
  const [, family = '', bits = ''] = algorithm.exec(name) ?? [];
  const isElliptic = publicKey.asymmetricKeyType === 'ec';
  if (family === '' || (own !== undefined && own !== name) || isElliptic !== (family === 'ES')) return false;
  if (isElliptic && publicKey.asymmetricKeyDetails?.namedCurve !== curves[bits]) return false;
  const end = token.lastIndexOf('.');
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  const key = { key: publicKey, ...(isElliptic ? { dsaEncoding: 'ieee-p1363' as const } : {}), ...(family === 'PS' ? pss : {}) };
  return verify(`sha${bits}`, Buffer.from(token.slice(0, end)), key, Buffer.from(token.slice(end + 1), 'base64url'));
};

type IssuerJwk = JsonWebKey & { readonly kid?: string; readonly use?: string; readonly alg?: string };

const keysOf = (document: unknown): IssuerKey[] =>
  ((document as { keys?: readonly IssuerJwk[] } | null)?.keys ?? []).flatMap((jwk) => {
    if ((jwk.use !== undefined && jwk.use !== 'sig') || (jwk.kty !== 'RSA' && jwk.kty !== 'EC')) return [];
    try {
      return [{ keyId: jwk.kid, algorithm: jwk.alg, publicKey: createPublicKey({ key: { ...jwk }, format: 'jwk' }) }];
    } catch {
      return []; // one odd key must not take the others with it
    }
  });

/** An issuer's keys, found by OpenID Connect discovery, kept, and fetched again when a token names one that is not there. */
export interface KeySet {
  /** @throws {Error} when the signature is not the issuer's, or the issuer cannot be asked */
  verify(token: string): Promise<void>;
}

export const createKeySet = (issuer: JwtAuthenticatorConfiguration['issuer'], now: () => number): KeySet => {
  let keys: readonly IssuerKey[] = [];
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | undefined;

  const fetchKeys = async (): Promise<void> => {
    const discoveryUrl = issuer.discoveryURL ?? `${issuer.url.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const document = (await fetchJson(discoveryUrl, issuer.certificateAuthority)) as { issuer?: unknown; jwks_uri?: unknown } | null;
    if (document?.issuer !== issuer.url)
      throw new Error(
        `oidc: issuer did not match the issuer returned by provider, expected ${JSON.stringify(issuer.url)} got ${JSON.stringify(document?.issuer)}`,
      );
    if (typeof document.jwks_uri !== 'string' || !document.jwks_uri.startsWith('https://'))
      throw new Error('oidc: the provider names no jwks_uri');
    keys = keysOf(await fetchJson(document.jwks_uri, issuer.certificateAuthority));
  };
  /** Callers that come meanwhile share the fetch. */
  const refresh = (): Promise<void> => {
    fetching ??= fetchKeys().finally(() => {
      fetchedAt = now();
      fetching = undefined;
    });
    return fetching;
  };
  const isGood = (token: string): boolean => {
    const header = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('utf8')) as {
      alg?: string;
      kid?: string;
    };
    const candidates = keys.filter(({ keyId }) => header.kid === undefined || keyId === undefined || keyId === header.kid);
    return candidates.some((key) => isVerifiedBy(token, header.alg ?? '', key));
  };
  return {
    async verify(token) {
      if (isGood(token)) return;
      if (now() - fetchedAt >= refetchMilliseconds) await refresh();
      if (!isGood(token)) throw new Error('oidc: verify token: failed to verify signature: failed to verify id token signature');
    },
  };
};

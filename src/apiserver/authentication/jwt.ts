import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** The claims of a JSON Web Token (RFC 7519); times are seconds since the epoch. */
export interface JwtClaims {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  readonly exp?: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly jti?: string;
  readonly [claim: string]: unknown;
}

/** A public key as verifiers and the JWKS document see it. */
export interface VerificationKey {
  readonly keyId: string;
  readonly algorithm: 'ES256' | 'RS256';
  readonly publicKey: KeyObject;
}

export interface SigningKey extends VerificationKey {
  readonly privateKey: KeyObject;
}

const json = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const keyInput = (key: KeyObject): { key: KeyObject; dsaEncoding: 'ieee-p1363' } => ({ key, dsaEncoding: 'ieee-p1363' });

/** Reads a public key; the key id is the hash of its DER, as kube-apiserver forms it. @throws Error unless RSA or P-256 */
export const verificationKey = (pem: string): VerificationKey => {
  const publicKey = createPublicKey(pem);
  const type = publicKey.asymmetricKeyType;
  if (type !== 'rsa' && !(type === 'ec' && publicKey.asymmetricKeyDetails?.namedCurve === 'prime256v1')) {
    throw new Error(`service account keys are RSA or ECDSA P-256, not ${type}`);
  }
  const keyId = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
  return { keyId, algorithm: type === 'rsa' ? 'RS256' : 'ES256', publicKey };
};

export const signingKey = (pair: { readonly privateKey: string; readonly publicKey: string }): SigningKey => ({
  ...verificationKey(pair.publicKey),
  privateKey: createPrivateKey(pair.privateKey),
});

/** A compact, signed token. */
export const signJwt = (claims: JwtClaims, key: SigningKey): string => {
  const body = `${encoded({ alg: key.algorithm, kid: key.keyId })}.${encoded(claims)}`;
  return `${body}.${sign('sha256', Buffer.from(body), keyInput(key.privateKey)).toString('base64url')}`;
};

/** The claims without any check: to see whose token it is. Undefined when it is not a token at all. */
export const readClaims = (token: string): JwtClaims | undefined => {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const claims = json(parts[1] ?? '');
    return claims !== null && typeof claims === 'object' && !Array.isArray(claims) ? (claims as JwtClaims) : undefined;
  } catch {
    return undefined;
  }
};

/** Whether one of the keys signed it, by the algorithm that belongs to the key (never the one the token picks). */
export const isSignedBy = (token: string, keys: readonly VerificationKey[]): boolean => {
  const end = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  const body = Buffer.from(token.slice(0, end));
  let header: { alg?: unknown; kid?: unknown };
  try {
    header = json(token.slice(0, token.indexOf('.'))) as typeof header;
  } catch {
    return false;
  }
  return keys.some(
    (key) =>
      header.alg === key.algorithm &&
      (header.kid === undefined || header.kid === key.keyId) &&
      verify('sha256', body, keyInput(key.publicKey), signature),
  );
};

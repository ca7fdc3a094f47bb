import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { ServiceAccountMeasures, TokenUse } from '../metrics/service-account-measures.ts';
import type { TokenCacheMeasures } from '../metrics/token-cache-measures.ts';
import type { InternalApi } from '../registry/contract.ts';
import type { TokenAuthenticator, TokenIdentity } from './contract.ts';
import { isSignedBy, type JwtClaims, readClaims, type VerificationKey } from './jwt.ts';
import { type KubernetesClaims, legacyIssuer, type ObjectReferenceClaim, readKubernetesClaims } from './service-account-claims.ts';
import { serviceAccountUser } from './service-account-name.ts';

export interface ServiceAccountTokenOptions {
  readonly keys: readonly VerificationKey[];
  /** Whose tokens are ours to judge. */
  readonly issuers: readonly string[];
  readonly api: Pick<InternalApi, 'get'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly measures?: TokenCacheMeasures | undefined;
  readonly uses?: ServiceAccountMeasures | undefined;
}

const core = (resource: string): { group: string; version: string; resource: string } => ({ group: '', version: 'v1', resource });
/** How long a deleted object still vouches for its tokens, and how far clocks may differ. */
const leewaySeconds = 60;
/** On a Secret whose token nobody used for a year, and which then was marked. */
const invalidSince = 'kubernetes.io/legacy-token-invalid-since';
const invalidated = 'service account token has been invalidated';

/** Signatures are checked once a token; what the token refers to is looked up each time. */
const maxRemembered = 4096;

/** Service account tokens, bound (KEP-1205) and legacy. @throws Error when it is ours by its issuer but not good (any more) */
export const serviceAccountTokenAuthenticator = (options: ServiceAccountTokenOptions): TokenAuthenticator => {
  const verified = new Map<string, JwtClaims>();
  const judged = new Set([...options.issuers, legacyIssuer]);
  const verify = (token: string): JwtClaims | undefined => {
    const known = verified.get(token);
    if (known) {
      options.measures?.hit();
      return known;
    }
    const claims = readClaims(token);
    if (!claims || claims.iss === undefined || !judged.has(claims.iss)) return undefined;
    const began = performance.now();
    const isGood = isSignedBy(token, options.keys);
    options.measures?.missed((performance.now() - began) / 1000, isGood);
    if (!isGood) throw new Error('invalid bearer token');
    if (verified.size >= maxRemembered) verified.clear();
    verified.set(token, claims);
    return claims;
  };
  return async (token, audiences) => {
    const claims = verify(token);
    if (!claims) return undefined;
    checkTimes(claims, Math.floor(options.now() / 1000));
    const good = matchAudiences(claims, audiences);
    const bound = readKubernetesClaims(claims);
    if (!bound) throw new Error('service account token claims could not be validated');
    return { user: await resolve(bound, { claims, token, options }), audiences: good };
  };
};

const checkTimes = (claims: JwtClaims, seconds: number): void => {
  if (claims.exp !== undefined && seconds - leewaySeconds > claims.exp) throw new Error('service account token has expired');
  if (claims.nbf !== undefined && seconds + leewaySeconds < claims.nbf) throw new Error('service account token is not valid yet');
  if (claims.iat !== undefined && seconds + leewaySeconds < claims.iat) throw new Error('service account token is issued in the future');
};

const matchAudiences = (claims: JwtClaims, wanted: readonly string[]): readonly string[] => {
  const own = claims.aud === undefined ? [] : typeof claims.aud === 'string' ? [claims.aud] : claims.aud;
  if (own.length === 0 && claims.iss === legacyIssuer) return wanted;
  const good = wanted.filter((audience) => own.includes(audience));
  if (good.length === 0) {
    throw new Error(`token audiences ${JSON.stringify(own)} is invalid for the target audiences ${JSON.stringify(wanted)}`);
  }
  return good;
};

const resolve = async (
  bound: KubernetesClaims,
  { claims, token, options }: { claims: JwtClaims; token: string; options: ServiceAccountTokenOptions },
): Promise<TokenIdentity['user']> => {
  const { api } = options;
  const cutoff = options.now() - leewaySeconds * 1000;
  const { namespace, serviceaccount, pod, node, secret } = bound;
  const account = await api.get(core('serviceaccounts'), serviceaccount.name, namespace);
  if (!account) throw new Error(`serviceaccounts "${serviceaccount.name}" not found`);
  if (account.metadata.uid !== serviceaccount.uid) {
    throw new Error(`service account UID (${account.metadata.uid}) does not match claim (${serviceaccount.uid})`);
  }
  if (isGone(account, cutoff)) throw new Error(`service account ${namespace}/${serviceaccount.name} has been deleted`);
  let use: TokenUse = (bound.warnafter ?? Infinity) < options.now() / 1000 ? 'stale' : 'valid';
  if (secret) {
    const found = stillThere(await api.get(core('secrets'), secret.name, namespace), secret, { kind: 'secret', cutoff });
    const held = (found['data'] as Record<string, string> | undefined)?.['token'];
    if (claims.iss === legacyIssuer && held !== Buffer.from(token).toString('base64')) throw new Error(invalidated);
    if (claims.iss === legacyIssuer) use = useOfSecret(found, account, options.uses);
  }
  if (pod) stillThere(await api.get(core('pods'), pod.name, namespace), pod, { kind: 'pod', cutoff });
  else if (node) stillThere(await api.get(core('nodes'), node.name), node, { kind: 'node', cutoff });
  const extra: Record<string, readonly string[]> = {};
  const add = (key: string, value: string | undefined): void => {
    if (value) extra[`authentication.kubernetes.io/${key}`] = [value];
  };
  add('credential-id', claims.jti && `JTI=${claims.jti}`);
  add('node-name', node?.name);
  add('node-uid', node?.uid);
  add('pod-name', pod?.name);
  add('pod-uid', pod?.uid);
  options.uses?.used(use);
  return serviceAccountUser({ namespace, name: serviceaccount.name, uid: serviceaccount.uid ?? '' }, extra);
};

/** @throws Error when the Secret was marked as unused */
const useOfSecret = (secret: UnstructuredObject, account: UnstructuredObject, uses: ServiceAccountMeasures | undefined): TokenUse => {
  const { name, namespace, labels } = secret.metadata;
  const isAuto = ((account['secrets'] ?? []) as readonly { readonly name?: string }[]).some((each) => each.name === name);
  if (isAuto && labels?.[invalidSince]) {
    uses?.usedInvalid();
    throw new Error(
      `the token in secret ${namespace}/${name} for service account ${namespace}/${account.metadata.name} has been marked invalid. ` +
        `Use tokens from the TokenRequest API or manually created secret-based tokens, or remove the '${invalidSince}' label from the secret to temporarily allow use of this token`,
    );
  }
  return isAuto ? 'legacy-auto' : 'legacy-manual';
};

const isGone = (object: UnstructuredObject, cutoff: number): boolean =>
  object.metadata.deletionTimestamp !== undefined && Date.parse(object.metadata.deletionTimestamp) < cutoff;

const stillThere = (
  object: UnstructuredObject | undefined,
  claim: ObjectReferenceClaim,
  { kind, cutoff }: { kind: string; cutoff: number },
): UnstructuredObject => {
  if (!object || isGone(object, cutoff)) throw new Error(invalidated);
  if (claim.uid !== undefined && claim.uid !== object.metadata.uid) {
    throw new Error(`${kind} UID (${object.metadata.uid}) does not match service account ${kind} ref claim (${claim.uid})`);
  }
  return object;
};

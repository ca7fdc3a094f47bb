import { randomUUID } from 'node:crypto';
import type { JwtClaims } from './jwt.ts';

export interface ObjectReferenceClaim {
  readonly name: string;
  readonly uid?: string;
}

/** The private claim `kubernetes.io` of a bound service account token. */
export interface KubernetesClaims {
  readonly namespace: string;
  readonly serviceaccount: ObjectReferenceClaim;
  readonly pod?: ObjectReferenceClaim;
  readonly secret?: ObjectReferenceClaim;
  readonly node?: ObjectReferenceClaim;
  /** Seconds since the epoch. */
  readonly warnafter?: number;
}

export interface TokenTerms {
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly expirationSeconds: number;
  /** Use after so many seconds is counted as stale. */
  readonly warnAfterSeconds?: number;
}

/** The claims of a new bound token. */
export const boundClaims = (bound: KubernetesClaims, terms: TokenTerms): JwtClaims => {
  const seconds = Math.floor(terms.now / 1000);
  return {
    aud: [...terms.audiences],
    exp: seconds + terms.expirationSeconds,
    iat: seconds,
    iss: terms.issuer,
    jti: randomUUID(),
    'kubernetes.io': { ...bound, ...(terms.warnAfterSeconds === undefined ? {} : { warnafter: seconds + terms.warnAfterSeconds }) },
    nbf: seconds,
    sub: `system:serviceaccount:${bound.namespace}:${bound.serviceaccount.name}`,
  };
};

/** What bound and legacy tokens say alike. Legacy ones (issuer `kubernetes/serviceaccount`) live in a Secret and never expire. */
export const readKubernetesClaims = (claims: JwtClaims): KubernetesClaims | undefined => {
  const bound = claims['kubernetes.io'] as KubernetesClaims | undefined;
  if (bound !== undefined)
    return typeof bound?.namespace === 'string' && typeof bound.serviceaccount?.name === 'string' ? bound : undefined;
  const legacy = (name: string): string => {
    const value = claims[`kubernetes.io/serviceaccount/${name}`];
    return typeof value === 'string' ? value : '';
  };
  if (legacy('namespace') === '' || legacy('service-account.name') === '' || legacy('secret.name') === '') return undefined;
  return {
    namespace: legacy('namespace'),
    serviceaccount: { name: legacy('service-account.name'), uid: legacy('service-account.uid') },
    secret: { name: legacy('secret.name') },
  };
};

export const legacyIssuer = 'kubernetes/serviceaccount';

/** The claims of a token that a Secret of type kubernetes.io/service-account-token holds. */
export const legacyClaims = (account: { namespace: string; name: string; uid: string }, secretName: string): JwtClaims => ({
  iss: legacyIssuer,
  'kubernetes.io/serviceaccount/namespace': account.namespace,
  'kubernetes.io/serviceaccount/secret.name': secretName,
  'kubernetes.io/serviceaccount/service-account.name': account.name,
  'kubernetes.io/serviceaccount/service-account.uid': account.uid,
  sub: `system:serviceaccount:${account.namespace}:${account.name}`,
});

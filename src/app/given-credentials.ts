import { createPublicKey } from 'node:crypto';
import type { Identity } from '../apiserver/certificates/identity.ts';
import type { KeyedCertificate } from '../apiserver/certificates/key-pair.ts';
import type { IdentityOptions, StaticToken } from '../apiserver/contract.ts';

/** Credentials that others made, in place of those a server makes for itself. PEM throughout. */
export interface GivenCredentials {
  /** What the server proves itself with. */
  readonly serving?: KeyedCertificate;
  /** Whose client certificates are believed. */
  readonly clientAuthorities?: string;
  readonly serviceAccounts?: GivenServiceAccounts;
  readonly tokens?: readonly StaticToken[];
}

/** How service account tokens are made and known. */
export interface GivenServiceAccounts {
  /** The first is written into tokens, all are believed. */
  readonly issuers?: readonly string[];
  /** Default: the first issuer. */
  readonly audiences?: readonly string[];
  /** A private key. */
  readonly signingKey?: string;
  /** Public keys or certificates whose tokens are believed; the signing key's only when it is among them. */
  readonly verificationKeys?: readonly string[];
}

/** Of service account tokens, when nobody says another. */
export const defaultIssuer = 'https://kubernetes.default.svc.cluster.local';

const keyPair = (privateKey: string): IdentityOptions['serviceAccountKey'] => ({
  privateKey,
  publicKey: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }) as string,
});

/** Who the API server is and whom it believes: what was given, for the rest its own identity. `frontProxy` is asked at each use. */
export const identityOptions = (
  { certificateAuthority, serviceAccountKey }: Identity,
  { clientAuthorities, serviceAccounts = {}, tokens }: GivenCredentials,
  frontProxy: () => Identity['frontProxy'],
): IdentityOptions => {
  const { issuers = [], signingKey, verificationKeys } = serviceAccounts;
  const [issuer = defaultIssuer, ...former] = issuers;
  return {
    clientCertificateAuthority: { certificate: clientAuthorities ?? certificateAuthority.certificate },
    serviceAccountKey: signingKey === undefined ? serviceAccountKey : keyPair(signingKey),
    ...(verificationKeys ? { serviceAccountVerificationKeys: verificationKeys } : {}),
    serviceAccountIssuer: issuer,
    formerServiceAccountIssuers: former,
    audiences: serviceAccounts.audiences ?? [issuer],
    ...(tokens ? { tokens } : {}),
    get frontProxy() {
      return frontProxy();
    },
  };
};

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { AlternativeNames } from '../../apimachinery/x509/alternative-names.ts';
import type { DistinguishedName } from '../../apimachinery/x509/name.ts';
import { parseCertificate } from '../../apimachinery/x509/parse-certificate.ts';
import { ensurePrivateDirectory, readFileIfPresent, writeFileAtomically } from './atomic-file.ts';
import { certificateBytes, createAuthority, generateSigningKey, issueClient, issueServing, type KeyedCertificate } from './key-pair.ts';

/** Who a cluster's API server is: everything it signs and proves itself with. PEM throughout. */
export interface Identity {
  /** Signs serving and client certificates. */
  readonly certificateAuthority: KeyedCertificate;
  readonly serving: KeyedCertificate;
  /** Proves to aggregated API servers that a request comes through us. */
  readonly frontProxy: { readonly certificateAuthority: KeyedCertificate; readonly client: KeyedCertificate };
  readonly serviceAccountKey: { readonly privateKey: string; readonly publicKey: string };
  /** A client certificate by our authority, not kept on disk. `days` defaults to 365. */
  readonly issueClient: (subject: DistinguishedName, days?: number) => KeyedCertificate;
}

export interface IdentityLoadOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Names the serving certificate must carry; it is issued anew when one is missing. See servingNames. */
  readonly names: Required<Pick<AlternativeNames, 'dnsNames' | 'ipAddresses'>>;
}

const authorityDays = 3650;
const leafDays = 365;

/** Renewed when a third of its life is left, or when it does not say what is wanted of it. */
const isDue = (pem: string, now: number, names?: IdentityLoadOptions['names']): boolean => {
  const certificate = parseCertificate(certificateBytes(pem));
  const life = certificate.notAfter.getTime() - certificate.notBefore.getTime();
  const missing =
    names !== undefined &&
    (names.dnsNames.some((name) => !certificate.dnsNames.includes(name)) ||
      names.ipAddresses.some((address) => !certificate.ipAddresses.includes(address)));
  return missing || certificate.notAfter.getTime() - now < life / 3;
};

interface PairOptions {
  readonly keep: (pair: KeyedCertificate) => boolean;
  readonly create: () => KeyedCertificate;
  /** Whether losing it would matter; what an authority has issued it issues again. */
  readonly durable: boolean;
}

const loadPair = (path: string, { keep, create, durable }: PairOptions): KeyedCertificate => {
  const certificate = readFileIfPresent(`${path}.crt`);
  const key = readFileIfPresent(`${path}.key`);
  if (certificate !== undefined && key !== undefined && fits({ certificate, key }) && keep({ certificate, key }))
    return { certificate, key };
  const pair = create();
  writeFileAtomically(`${path}.key`, pair.key, { durable });
  writeFileAtomically(`${path}.crt`, pair.certificate, { durable });
  return pair;
};

const loadAuthority = (path: string, commonName: string, now: number): KeyedCertificate =>
  loadPair(path, { keep: keepAuthority, create: () => createAuthority(commonName, { now, days: authorityDays }), durable: true });

const keepAuthority = ({ certificate }: KeyedCertificate): boolean => parseCertificate(certificateBytes(certificate)).isAuthority;

/** A crash between the two files of a renewal leaves a key that does not fit. */
const fits = ({ certificate, key }: KeyedCertificate): boolean => new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));

const loadSigningKey = (directory: string): Identity['serviceAccountKey'] => {
  const privateKey = readFileIfPresent(join(directory, 'sa.key'));
  const publicKey = readFileIfPresent(join(directory, 'sa.pub'));
  if (privateKey !== undefined && publicKey !== undefined) return { privateKey, publicKey };
  const pair = generateSigningKey();
  writeFileAtomically(join(directory, 'sa.pub'), pair.publicKey);
  writeFileAtomically(join(directory, 'sa.key'), pair.privateKey);
  return pair;
};

/**
 * Loads the identity kept in a directory, creating what is missing and renewing what is due; the authorities and the service account
 * key are kept for good. Safe to call again in a running server: it answers the renewed serving certificate.
 * @throws Error when a file is there but cannot be read as what it should be
 */
export const loadOrCreateIdentity = (directory: string, { now, names }: IdentityLoadOptions): Identity => {
  ensurePrivateDirectory(directory);
  const certificateAuthority = loadAuthority(join(directory, 'ca'), 'kubernetes', now);
  const frontProxyAuthority = loadAuthority(join(directory, 'front-proxy-ca'), 'front-proxy-ca', now);
  const term = { now, days: leafDays };
  return {
    certificateAuthority,
    serving: loadPair(join(directory, 'apiserver'), {
      keep: ({ certificate }) => !isDue(certificate, now, names),
      create: () => issueServing({ commonName: 'kube-apiserver', ...names }, term, certificateAuthority),
      durable: false,
    }),
    frontProxy: {
      certificateAuthority: frontProxyAuthority,
      client: loadPair(join(directory, 'front-proxy-client'), {
        keep: ({ certificate }) => !isDue(certificate, now),
        create: () => issueClient({ commonName: 'front-proxy-client' }, term, frontProxyAuthority),
        durable: false,
      }),
    },
    serviceAccountKey: loadSigningKey(directory),
    issueClient: (subject, days = leafDays) => issueClient(subject, { now, days }, certificateAuthority),
  };
};

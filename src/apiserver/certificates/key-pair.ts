import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createIssuer, issueCertificate, type Issuer, selfSign } from '../../apimachinery/x509/certificate.ts';
import type { AlternativeNames } from '../../apimachinery/x509/alternative-names.ts';
import type { DistinguishedName } from '../../apimachinery/x509/name.ts';
import { decodePem, encodePem } from '../../apimachinery/x509/pem.ts';

/** A certificate and its private key, both PEM. */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** When a certificate is made and for how long it holds. */
export interface Term {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly days: number;
}

const dayMilliseconds = 86_400_000;
/** Clocks of clients may be behind ours, and ours may be set back: a cluster that refused its own administrator then could not be mended. */
const skewMilliseconds = dayMilliseconds;

const validity = ({ now, days }: Term): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(now - skewMilliseconds),
  notAfter: new Date(now + days * dayMilliseconds),
});

const generate = (): { publicKey: KeyObject; privateKey: KeyObject } => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A new ECDSA P-256 key pair, as PEM (PKCS#8 and SPKI). */
export const generateSigningKey = (): { privateKey: string; publicKey: string } => {
  const { publicKey, privateKey } = generate();
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
};

const pemKey = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }) as string;

/** A new self-signed certificate authority. */
export const createAuthority = (commonName: string, term: Term): KeyedCertificate => {
  const keys = generate();
  const certificate = selfSign(
    {
      ...validity(term),
      subject: { commonName },
      keyUsages: ['digital signature', 'key encipherment', 'cert sign'],
      authority: {},
      dnsNames: [commonName],
    },
    keys,
  );
  return { certificate: encodePem('CERTIFICATE', certificate), key: pemKey(keys.privateKey) };
};

/** The first certificate of a PEM text, as DER. @throws Error when there is none */
export const certificateBytes = (pem: string): Uint8Array => {
  const block = decodePem(pem).find(({ label }) => label === 'CERTIFICATE');
  if (!block) throw new Error('no certificate in PEM text');
  return block.der;
};

/** Makes an authority ready to sign. */
export const issuerOf = (authority: KeyedCertificate): Issuer =>
  createIssuer(certificateBytes(authority.certificate), createPrivateKey(authority.key));

/** A certificate for servers, with a new key. */
export const issueServing = (
  names: AlternativeNames & { readonly commonName: string },
  term: Term,
  authority: KeyedCertificate,
): KeyedCertificate => {
  const keys = generate();
  const { commonName, ...alternative } = names;
  const der = issueCertificate(
    {
      ...validity(term),
      ...alternative,
      subject: { commonName },
      keyUsages: ['digital signature', 'key encipherment'],
      extendedKeyUsages: ['server auth'],
    },
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    issuerOf(authority),
  );
  return { certificate: encodePem('CERTIFICATE', der), key: pemKey(keys.privateKey) };
};

/** A certificate for a client, its key as SEC 1: common name is the user, organizations are the groups. */
export const issueClient = (subject: DistinguishedName, term: Term, authority: KeyedCertificate): KeyedCertificate => {
  const keys = generate();
  const der = issueCertificate(
    { ...validity(term), subject, keyUsages: ['digital signature', 'key encipherment'], extendedKeyUsages: ['client auth'] },
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    issuerOf(authority),
  );
  // fabric8's client takes what is not headed `EC PRIVATE KEY` for RSA.
  return { certificate: encodePem('CERTIFICATE', der), key: keys.privateKey.export({ type: 'sec1', format: 'pem' }) as string };
};

import { type KeyObject, sign, verify } from 'node:crypto';
import { nullValue, objectIdentifier, sequence } from './der-writer.ts';

interface Algorithm {
  readonly identifier: Buffer;
  /** null for algorithms that hash by themselves. */
  readonly hash: string | null;
}

const ecdsa = (oid: string, hash: string): Algorithm => ({ identifier: sequence(objectIdentifier(oid)), hash });
const rsa = (oid: string, hash: string): Algorithm => ({ identifier: sequence(objectIdentifier(oid), nullValue()), hash });

const byOid: Readonly<Record<string, Algorithm>> = {
  '1.2.840.10045.4.3.2': ecdsa('1.2.840.10045.4.3.2', 'sha256'),
  '1.2.840.10045.4.3.3': ecdsa('1.2.840.10045.4.3.3', 'sha384'),
  '1.2.840.10045.4.3.4': ecdsa('1.2.840.10045.4.3.4', 'sha512'),
  '1.2.840.113549.1.1.11': rsa('1.2.840.113549.1.1.11', 'sha256'),
  '1.2.840.113549.1.1.12': rsa('1.2.840.113549.1.1.12', 'sha384'),
  '1.2.840.113549.1.1.13': rsa('1.2.840.113549.1.1.13', 'sha512'),
  '1.3.101.112': { identifier: sequence(objectIdentifier('1.3.101.112')), hash: null },
};

/** With SHA-1, good for nothing but the proof that somebody has a key. */
const forRequests: Readonly<Record<string, Algorithm>> = {
  '1.2.840.10045.4.1': ecdsa('1.2.840.10045.4.1', 'sha1'),
  '1.2.840.113549.1.1.5': rsa('1.2.840.113549.1.1.5', 'sha1'),
};

/** The usual algorithm for a private key: ECDSA with the curve's hash, RSA with SHA-256, Ed25519. @throws Error for other keys */
export const algorithmFor = (key: KeyObject): Algorithm => {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const oid =
    key.asymmetricKeyType === 'rsa'
      ? '1.2.840.113549.1.1.11'
      : key.asymmetricKeyType === 'ed25519'
        ? '1.3.101.112'
        : curve === 'secp384r1'
          ? '1.2.840.10045.4.3.3'
          : curve === 'secp521r1'
            ? '1.2.840.10045.4.3.4'
            : '1.2.840.10045.4.3.2';
  const algorithm = byOid[oid];
  if (!algorithm || !['rsa', 'ec', 'ed25519'].includes(key.asymmetricKeyType ?? '')) {
    throw new Error(`cannot sign with a key of type ${key.asymmetricKeyType}`);
  }
  return algorithm;
};

export const signBytes = (bytes: Uint8Array, key: KeyObject): { identifier: Buffer; signature: Buffer } => {
  const { identifier, hash } = algorithmFor(key);
  return { identifier, signature: sign(hash, bytes, key) };
};

/** Whether a certificate request is signed by its own key; here SHA-1 will do, as in Go. */
export const verifyRequest = (bytes: Uint8Array, key: KeyObject, claim: { oid: string; signature: Uint8Array }): boolean => {
  const algorithm = byOid[claim.oid] ?? forRequests[claim.oid];
  return algorithm !== undefined && verify(algorithm.hash, bytes, key, claim.signature);
};

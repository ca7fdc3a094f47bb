import { type KeyObject, randomBytes } from 'node:crypto';
import { childrenOf, type DerElement, expectTag, readDocument } from './der-reader.ts';
import { bits, explicit, sequence, smallInteger, time, unsigned } from './der-writer.ts';
import { encodeExtensions, type ExtensionProfile, keyIdentifier } from './extensions.ts';
import { type DistinguishedName, encodeName } from './name.ts';
import { parseCertificate } from './parse-certificate.ts';
import { algorithmFor, signBytes } from './signature.ts';

/** Everything a certificate says beyond who signed it. */
export interface CertificateProfile extends ExtensionProfile {
  readonly subject: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A certificate authority ready to sign: parse once, issue many. */
export interface Issuer {
  readonly certificate: Uint8Array;
  readonly key: KeyObject;
  readonly subject: Uint8Array;
  readonly keyIdentifier: Uint8Array;
}

const version3 = explicit(0, smallInteger(2));

const publicKeyBits = (spki: DerElement): Uint8Array => expectTag(childrenOf(spki)[1], 0x03, 'a public key').content.subarray(1);

const serial = (): Buffer => {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return unsigned(bytes);
};

const assemble = (
  profile: CertificateProfile,
  spki: Uint8Array,
  by: { readonly key: KeyObject; readonly name: Uint8Array; readonly keyIdentifier?: Uint8Array },
): Uint8Array => {
  const subject = encodeName(profile.subject);
  const subjectKey = profile.authority ? keyIdentifier(publicKeyBits(readDocument(spki))) : new Uint8Array();
  const body = sequence(
    version3,
    serial(),
    algorithmFor(by.key).identifier,
    by.name,
    sequence(time(profile.notBefore), time(profile.notAfter)),
    subject,
    spki,
    explicit(3, encodeExtensions(profile, { subject: subjectKey, authority: by.keyIdentifier, emptySubject: subject.length <= 2 })),
  );
  const { identifier, signature } = signBytes(body, by.key);
  return sequence(body, identifier, bits(signature));
};

/** Issues a certificate (DER) for a public key given as DER SubjectPublicKeyInfo. */
export const issueCertificate = (profile: CertificateProfile, publicKey: Uint8Array, issuer: Issuer): Uint8Array =>
  assemble(profile, publicKey, { key: issuer.key, name: issuer.subject, keyIdentifier: issuer.keyIdentifier });

/** A self-signed certificate (DER), as roots are. */
export const selfSign = (profile: CertificateProfile, keys: { publicKey: KeyObject; privateKey: KeyObject }): Uint8Array =>
  assemble(profile, keys.publicKey.export({ type: 'spki', format: 'der' }), { key: keys.privateKey, name: encodeName(profile.subject) });

/** Takes a CA's certificate (DER) apart once, for issueCertificate. @throws DerError when it is not a certificate */
export const createIssuer = (certificate: Uint8Array, key: KeyObject): Issuer => {
  const parsed = parseCertificate(certificate);
  return {
    certificate,
    key,
    subject: parsed.rawSubject,
    keyIdentifier: parsed.subjectKeyIdentifier ?? keyIdentifier(publicKeyBits(readDocument(parsed.publicKey))),
  };
};

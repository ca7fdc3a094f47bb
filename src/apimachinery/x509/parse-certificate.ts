import { childrenOf, expectTag, readDocument, readTime } from './der-reader.ts';
import { decodeName, type DistinguishedName } from './name.ts';
import { type ParsedExtensions, parseExtensions } from './parse-extensions.ts';

export interface ParsedCertificate extends ParsedExtensions {
  readonly serialNumber: Uint8Array;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  readonly rawSubject: Uint8Array;
  readonly rawIssuer: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

/** Reads a DER certificate; the signature is not checked. @throws DerError */
export const parseCertificate = (der: Uint8Array): ParsedCertificate => {
  const [body] = childrenOf(expectTag(readDocument(der), 0x30, 'a certificate'));
  const fields = childrenOf(expectTag(body, 0x30, 'a certificate body'));
  const [serial, , issuer, validity, subject, publicKey, ...rest] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields;
  const [notBefore, notAfter] = childrenOf(expectTag(validity, 0x30, 'a validity'));
  if (!serial || !notBefore || !notAfter) throw new TypeError('incomplete certificate');
  const wrapped = rest.find((field) => field.tag === 0xa3);
  return {
    ...parseExtensions(wrapped && childrenOf(wrapped)[0]),
    serialNumber: serial.content,
    subject: decodeName(expectTag(subject, 0x30, 'a subject')),
    issuer: decodeName(expectTag(issuer, 0x30, 'an issuer')),
    rawSubject: expectTag(subject, 0x30, 'a subject').raw,
    rawIssuer: expectTag(issuer, 0x30, 'an issuer').raw,
    notBefore: readTime(notBefore),
    notAfter: readTime(notAfter),
    publicKey: expectTag(publicKey, 0x30, 'a public key').raw,
  };
};

import { createPublicKey, type KeyObject } from 'node:crypto';
import type { AlternativeNames } from './alternative-names.ts';
import { childrenOf, DerError, expectTag, readDocument, readObjectIdentifier } from './der-reader.ts';
import { bits, explicit, element, objectIdentifier, sequence, setOf, smallInteger } from './der-writer.ts';
import { alternativeNameExtension } from './extensions.ts';
import { decodeName, type DistinguishedName, encodeName } from './name.ts';
import { type ParsedExtensions, parseExtensions } from './parse-extensions.ts';
import { decodePem, encodePem } from './pem.ts';
import { signBytes, verifyRequest } from './signature.ts';

const extensionRequest = '1.2.840.113549.1.9.14';

export interface CertificateRequest extends ParsedExtensions {
  readonly subject: DistinguishedName;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

/** Creates a PKCS#10 request (RFC 2986, PEM) signed with its own key. */
export const createCertificateRequest = (
  names: AlternativeNames & { readonly subject: DistinguishedName },
  keys: { publicKey: KeyObject; privateKey: KeyObject },
): string => {
  const alternative = alternativeNameExtension(names);
  const attributes = alternative
    ? element(0xa0, sequence(objectIdentifier(extensionRequest), setOf(sequence(alternative))))
    : explicit(0, new Uint8Array());
  const spki = keys.publicKey.export({ type: 'spki', format: 'der' });
  const body = sequence(smallInteger(0), encodeName(names.subject), spki, attributes);
  const { identifier, signature } = signBytes(body, keys.privateKey);
  return encodePem('CERTIFICATE REQUEST', sequence(body, identifier, bits(signature)));
};

/** Reads a PEM request and checks its signature. @throws DerError when it is malformed or not signed by its own key */
export const parseCertificateRequest = (pem: string): CertificateRequest => {
  const [block, ...more] = decodePem(pem);
  if (!block || more.length > 0 || !/^(NEW )?CERTIFICATE REQUEST$/.test(block.label)) {
    throw new DerError('PEM block type must be CERTIFICATE REQUEST');
  }
  const [body, algorithm, signature] = childrenOf(expectTag(readDocument(block.der), 0x30, 'a certificate request'));
  const [, subject, publicKey, attributes] = childrenOf(expectTag(body, 0x30, 'a certification request info'));
  const spki = expectTag(publicKey, 0x30, 'a public key').raw;
  const [oid] = childrenOf(expectTag(algorithm, 0x30, 'a signature algorithm'));
  const claim = {
    oid: readObjectIdentifier(expectTag(oid, 0x06, 'a signature algorithm')),
    signature: expectTag(signature, 0x03, 'a signature').content.subarray(1),
  };
  if (!verifyRequest(expectTag(body, 0x30, 'a body').raw, readPublicKey(spki), claim)) throw new DerError('invalid signature');
  const extensions = (attributes?.tag === 0xa0 ? childrenOf(attributes) : [])
    .map((attribute) => childrenOf(attribute))
    .find(([type]) => type && readObjectIdentifier(type) === extensionRequest)?.[1];
  return {
    ...parseExtensions(extensions && childrenOf(extensions)[0]),
    subject: decodeName(expectTag(subject, 0x30, 'a subject')),
    publicKey: spki,
  };
};

const readPublicKey = (spki: Uint8Array): KeyObject => {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch (error) {
    throw new DerError('unsupported public key', { cause: error });
  }
};

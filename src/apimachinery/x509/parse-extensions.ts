import { type AlternativeNames, decodeAlternativeNames } from './alternative-names.ts';
import { childrenOf, type DerElement, readDocument, readNamedBits, readObjectIdentifier } from './der-reader.ts';
import { extensionOids } from './extensions.ts';
import { type ExtendedKeyUsage, extendedKeyUsageOids, type KeyUsage, keyUsageBits } from './key-usage.ts';

/** What we understand of an Extensions sequence; the rest is kept by identifier in `others`. */
export interface ParsedExtensions extends Required<AlternativeNames> {
  keyUsages: KeyUsage[];
  extendedKeyUsages: ExtendedKeyUsage[];
  isAuthority: boolean;
  maxPathLength: number | undefined;
  subjectKeyIdentifier: Uint8Array | undefined;
  others: string[];
}

const usagesByBit = Object.entries(keyUsageBits).filter(([name]) => name !== 'signing') as [KeyUsage, number][];
const purposesByOid = new Map(
  (Object.entries(extendedKeyUsageOids) as [ExtendedKeyUsage, string][])
    .filter(([name]) => name !== 's/mime')
    .map(([name, oid]) => [oid, name]),
);

/** Reads an Extensions sequence (of a certificate, or of a request's extensionRequest). @throws DerError */
export const parseExtensions = (extensions: DerElement | undefined): ParsedExtensions => {
  const result: ParsedExtensions = {
    keyUsages: [],
    extendedKeyUsages: [],
    isAuthority: false,
    maxPathLength: undefined,
    subjectKeyIdentifier: undefined,
    others: [],
    dnsNames: [],
    emailAddresses: [],
    ipAddresses: [],
    uris: [],
  };
  for (const entry of extensions ? childrenOf(extensions) : []) {
    const parts = childrenOf(entry);
    const [type] = parts;
    const wrapped = parts.at(-1);
    if (!type || !wrapped) continue;
    readExtension(result, readObjectIdentifier(type), wrapped);
  }
  return result;
};

const readExtension = (into: ParsedExtensions, oid: string, wrapped: DerElement): void => {
  const value = readDocument(wrapped.content);
  if (oid === extensionOids.keyUsage) {
    const set = readNamedBits(value);
    into.keyUsages = usagesByBit.filter(([, bit]) => set.includes(bit)).map(([name]) => name);
  } else if (oid === extensionOids.extendedKeyUsage) {
    for (const purpose of childrenOf(value)) {
      const name = purposesByOid.get(readObjectIdentifier(purpose));
      if (name) into.extendedKeyUsages.push(name);
    }
  } else if (oid === extensionOids.basicConstraints) {
    const [first, second] = childrenOf(value);
    into.isAuthority = first?.tag === 0x01 && first.content[0] !== 0;
    into.maxPathLength = second?.content[0];
  } else if (oid === extensionOids.subjectKeyIdentifier) into.subjectKeyIdentifier = value.content;
  else if (oid === extensionOids.subjectAlternativeName) Object.assign(into, decodeAlternativeNames(value));
  else into.others.push(oid);
};

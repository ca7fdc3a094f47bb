import { childrenOf, type DerElement, readElement, readObjectIdentifier, readText } from './der-reader.ts';
import { element, objectIdentifier, sequence, setOf, text } from './der-writer.ts';

/** A subject or issuer. `uid` is Kubernetes' attribute for a user's uid (OID 1.3.6.1.4.1.57683.2). */
export interface DistinguishedName {
  readonly countries?: readonly string[];
  readonly organizations?: readonly string[];
  readonly organizationalUnits?: readonly string[];
  readonly localities?: readonly string[];
  readonly provinces?: readonly string[];
  readonly streetAddresses?: readonly string[];
  readonly postalCodes?: readonly string[];
  readonly commonName?: string;
  readonly serialNumber?: string;
  readonly uid?: string;
}

/** Field → attribute type, in the order in which names are written. */
const attributes = [
  ['countries', '2.5.4.6'],
  ['provinces', '2.5.4.8'],
  ['localities', '2.5.4.7'],
  ['streetAddresses', '2.5.4.9'],
  ['postalCodes', '2.5.4.17'],
  ['organizations', '2.5.4.10'],
  ['organizationalUnits', '2.5.4.11'],
  ['commonName', '2.5.4.3'],
  ['serialNumber', '2.5.4.5'],
  ['uid', '1.3.6.1.4.1.57683.2'],
] as const satisfies readonly (readonly [keyof DistinguishedName, string])[];

const encoded = new Map<string, Buffer>(attributes.map(([, oid]) => [oid, objectIdentifier(oid)]));

const attribute = (oid: string, value: string): Buffer =>
  sequence(encoded.get(oid) ?? objectIdentifier(oid), oid.endsWith('57683.2') ? element(0x0c, Buffer.from(value)) : text(value));

/** The DER of a Name; a field with several values becomes one multi-valued RDN. */
export const encodeName = (name: DistinguishedName): Buffer => {
  const parts: Buffer[] = [];
  for (const [field, oid] of attributes) {
    const value = name[field];
    const values = typeof value === 'string' ? [value] : (value ?? []);
    if (values.length > 0) parts.push(setOf(...values.map((each) => attribute(oid, each))));
  }
  return sequence(...parts);
};

/** Reads a Name; attribute types that DistinguishedName does not have are dropped, the last value wins where it has one. */
export const decodeName = (raw: Uint8Array | DerElement): DistinguishedName => {
  const root = 'raw' in raw ? raw : readElement(raw);
  const name: Record<string, string | string[]> = {};
  for (const relative of childrenOf(root)) {
    for (const pair of childrenOf(relative)) {
      const [type, value] = childrenOf(pair);
      if (!type || !value) continue;
      const oid = readObjectIdentifier(type);
      const field = attributes.find(([, known]) => known === oid)?.[0];
      if (!field) continue;
      if (field === 'commonName' || field === 'serialNumber' || field === 'uid') name[field] = readText(value);
      else name[field] = [...(name[field] ?? []), readText(value)];
    }
  }
  return name;
};

import { createHash } from 'node:crypto';
import { type AlternativeNames, encodeAlternativeNames } from './alternative-names.ts';
import { boolean, element, namedBits, objectIdentifier, octets, sequence, smallInteger } from './der-writer.ts';
import { type ExtendedKeyUsage, extendedKeyUsageOids, type KeyUsage, keyUsageBits } from './key-usage.ts';

/** Identifiers of the extensions we write and read (RFC 5280 4.2.1). */
export const extensionOids = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;

const encodedOids = Object.fromEntries(Object.entries(extensionOids).map(([name, oid]) => [name, objectIdentifier(oid)])) as Record<
  keyof typeof extensionOids,
  Buffer
>;
const encodedPurposes = Object.fromEntries(
  Object.entries(extendedKeyUsageOids).map(([name, oid]) => [name, objectIdentifier(oid)]),
) as Record<ExtendedKeyUsage, Buffer>;

/** What the extensions of a certificate say. `authority` makes it a CA. */
export interface ExtensionProfile extends AlternativeNames {
  readonly keyUsages: readonly KeyUsage[];
  readonly extendedKeyUsages?: readonly ExtendedKeyUsage[];
  readonly authority?: { readonly maxPathLength?: number };
}

const extension = (name: keyof typeof extensionOids, critical: boolean, value: Uint8Array): Buffer =>
  critical ? sequence(encodedOids[name], boolean(true), octets(value)) : sequence(encodedOids[name], octets(value));

/** RFC 5280 4.2.1.2 method 1: the SHA-1 of the subject public key's bits. `spki` ends with that BIT STRING. */
export const keyIdentifier = (publicKeyBits: Uint8Array): Buffer => createHash('sha1').update(publicKeyBits).digest();

/** The subjectAltName extension alone, as a request carries it. */
export const alternativeNameExtension = (names: AlternativeNames, critical = false): Buffer | undefined => {
  const value = encodeAlternativeNames(names);
  return value && extension('subjectAlternativeName', critical, value);
};

/** The Extensions sequence of a certificate. A subject that is empty makes its alternative names critical. */
export const encodeExtensions = (
  profile: ExtensionProfile,
  keys: { subject: Uint8Array; authority: Uint8Array | undefined; emptySubject: boolean },
): Buffer => {
  const list: Buffer[] = [];
  if (profile.keyUsages.length > 0)
    list.push(extension('keyUsage', true, namedBits(profile.keyUsages.map((usage) => keyUsageBits[usage]))));
  if (profile.extendedKeyUsages && profile.extendedKeyUsages.length > 0) {
    list.push(extension('extendedKeyUsage', false, sequence(...profile.extendedKeyUsages.map((usage) => encodedPurposes[usage]))));
  }
  const length = profile.authority?.maxPathLength;
  list.push(
    extension(
      'basicConstraints',
      true,
      profile.authority ? sequence(boolean(true), ...(length === undefined ? [] : [smallInteger(length)])) : sequence(),
    ),
  );
  if (profile.authority) list.push(extension('subjectKeyIdentifier', false, octets(keys.subject)));
  if (keys.authority) list.push(extension('authorityKeyIdentifier', false, sequence(element(0x80, keys.authority))));
  const names = alternativeNameExtension(profile, keys.emptySubject);
  if (names) list.push(names);
  return sequence(...list);
};

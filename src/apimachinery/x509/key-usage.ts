/** Bits of the KeyUsage extension (RFC 5280 4.2.1.3), by the names of certificates.k8s.io/v1 KeyUsage. */
export const keyUsageBits = {
  'digital signature': 0,
  signing: 0,
  'content commitment': 1,
  'key encipherment': 2,
  'data encipherment': 3,
  'key agreement': 4,
  'cert sign': 5,
  'crl sign': 6,
  'encipher only': 7,
  'decipher only': 8,
} as const satisfies Record<string, number>;

/** Purposes of the ExtendedKeyUsage extension, by the names of certificates.k8s.io/v1 KeyUsage. */
export const extendedKeyUsageOids = {
  any: '2.5.29.37.0',
  'server auth': '1.3.6.1.5.5.7.3.1',
  'client auth': '1.3.6.1.5.5.7.3.2',
  'code signing': '1.3.6.1.5.5.7.3.3',
  'email protection': '1.3.6.1.5.5.7.3.4',
  's/mime': '1.3.6.1.5.5.7.3.4',
  'ipsec end system': '1.3.6.1.5.5.7.3.5',
  'ipsec tunnel': '1.3.6.1.5.5.7.3.6',
  'ipsec user': '1.3.6.1.5.5.7.3.7',
  timestamping: '1.3.6.1.5.5.7.3.8',
  'ocsp signing': '1.3.6.1.5.5.7.3.9',
  'microsoft sgc': '1.3.6.1.4.1.311.10.3.3',
  'netscape sgc': '2.16.840.1.113730.4.1',
} as const satisfies Record<string, string>;

export type KeyUsage = keyof typeof keyUsageBits;
export type ExtendedKeyUsage = keyof typeof extendedKeyUsageOids;

/** Splits certificates.k8s.io usages into the two extensions they belong to; unknown names are returned, not dropped. */
export const splitUsages = (
  usages: readonly string[],
): { keyUsages: KeyUsage[]; extendedKeyUsages: ExtendedKeyUsage[]; unknown: string[] } => {
  const result = { keyUsages: [] as KeyUsage[], extendedKeyUsages: [] as ExtendedKeyUsage[], unknown: [] as string[] };
  for (const usage of usages) {
    if (usage in keyUsageBits) result.keyUsages.push(usage as KeyUsage);
    else if (usage in extendedKeyUsageOids) result.extendedKeyUsages.push(usage as ExtendedKeyUsage);
    else result.unknown.push(usage);
  }
  return result;
};

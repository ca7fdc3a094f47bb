import { hostname } from 'node:os';
import { formatIpBytes, ipBytes } from '../../apimachinery/x509/alternative-names.ts';
import type { AlternativeNames } from '../../apimachinery/x509/alternative-names.ts';

/** The first usable address of a service range (`10.96.0.0/12` → `10.96.0.1`): where the `kubernetes` service lives. */
export const firstAddress = (range: string): string => {
  const [base = '', prefix = '0'] = range.split('/');
  const bytes = ipBytes(base);
  for (let bit = Number(prefix); bit < bytes.length * 8; bit++) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) & ~(0x80 >> (bit & 7));
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) | 1;
  return formatIpBytes(bytes);
};

/** Every name by which clients reach the API server, in the cluster and on this machine. */
export const servingNames = (
  serviceClusterIPRange: string,
  extra: AlternativeNames = {},
): Required<Pick<AlternativeNames, 'dnsNames' | 'ipAddresses'>> => ({
  dnsNames: [
    ...new Set([
      'localhost',
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
      'kubernetes.default.svc.cluster.local',
      hostname().toLowerCase(),
      ...(extra.dnsNames ?? []),
    ]),
  ],
  ipAddresses: [...new Set(['127.0.0.1', '::1', firstAddress(serviceClusterIPRange), ...(extra.ipAddresses ?? [])])],
});

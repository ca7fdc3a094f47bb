import { createHash } from 'node:crypto';
import { parseCertificate } from '../../apimachinery/x509/parse-certificate.ts';
import type { ApiRequest } from '../http/exchange.ts';

/** The subject that authentication reads, from a peer certificate's DER that TLS has verified. Undefined when it cannot be read. */
export const clientSubject = (der: Uint8Array): NonNullable<ApiRequest['certificate']> | undefined => {
  try {
    const { subject, notAfter } = parseCertificate(der);
    return {
      commonName: subject.commonName ?? '',
      organizations: subject.organizations ?? [],
      fingerprint: createHash('sha256').update(der).digest('hex'),
      expiresAt: notAfter.getTime(),
      ...(subject.uid === undefined ? {} : { uid: subject.uid }),
    };
  } catch {
    return undefined;
  }
};

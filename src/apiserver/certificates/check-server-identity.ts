import { checkServerIdentity as checkNames, type PeerCertificate } from 'node:tls';
import { missingSubjectAltName } from '../metrics/certificate-measures.ts';

/** Whether the certificate is of the host, by its subjectAltName only: as Go's clients, and unlike Node, nobody is known by a common name. */
export const checkServerIdentity = (host: string, certificate: PeerCertificate): Error | undefined =>
  certificate.subjectaltname
    ? checkNames(host, certificate)
    : Object.assign(new Error('x509: certificate relies on legacy Common Name field, use SANs instead'), { code: missingSubjectAltName });

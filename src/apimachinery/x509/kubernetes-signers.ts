import { type CertificateRequest } from './certificate-request.ts';
import { issueCertificate, type Issuer } from './certificate.ts';
import { splitUsages } from './key-usage.ts';
import { parseCertificate } from './parse-certificate.ts';
import { encodePem } from './pem.ts';

/** The signers that a cluster has by itself (certificates.k8s.io). */
export const signerNames = {
  client: 'kubernetes.io/kube-apiserver-client',
  kubeletClient: 'kubernetes.io/kube-apiserver-client-kubelet',
  kubeletServing: 'kubernetes.io/kubelet-serving',
  legacy: 'kubernetes.io/legacy-unknown',
} as const;

const nodeGroup = 'system:nodes';
const nodePrefix = 'system:node:';
const digitalSignature = 'digital signature';
const keyEncipherment = 'key encipherment';

const usagesAre = (usages: readonly string[], needed: string, optional: readonly string[]): boolean =>
  usages.includes(needed) && usages.every((usage) => usage === needed || optional.includes(usage));

const nodeObjection = (request: CertificateRequest): string | undefined => {
  const { organizations = [], commonName = '' } = request.subject;
  if (organizations.length !== 1 || organizations[0] !== nodeGroup) return 'subject organization is not system:nodes';
  return commonName.startsWith(nodePrefix) ? undefined : 'subject common name does not begin with system:node: prefix';
};

/** Why the signer will not sign the request, for the Failed condition; undefined when it will. */
export const signerObjection = (signerName: string, request: CertificateRequest, usages: readonly string[]): string | undefined => {
  const { dnsNames, ipAddresses, emailAddresses, uris } = request;
  const bothKeyUsages = [digitalSignature, keyEncipherment];
  switch (signerName) {
    case signerNames.legacy:
      return undefined;
    case signerNames.client:
      return usagesAre(usages, 'client auth', bothKeyUsages) ? undefined : 'usages did not match the allowed client usages';
    case signerNames.kubeletClient: {
      if (dnsNames.length > 0) return 'DNS subjectAltNames are not allowed';
      if (emailAddresses.length > 0) return 'Email subjectAltNames are not allowed';
      if (ipAddresses.length > 0) return 'IP subjectAltNames are not allowed';
      if (uris.length > 0) return 'URI subjectAltNames are not allowed';
      if (!usagesAre(usages, 'client auth', bothKeyUsages) || !usages.includes(digitalSignature)) return 'usages did not match';
      return nodeObjection(request);
    }
    case signerNames.kubeletServing: {
      if (dnsNames.length + ipAddresses.length === 0) return 'DNS or IP subjectAltName is required';
      if (emailAddresses.length > 0) return 'Email subjectAltNames are not allowed';
      if (uris.length > 0) return 'URI subjectAltNames are not allowed';
      if (!usagesAre(usages, 'server auth', bothKeyUsages) || !usages.includes(digitalSignature)) return 'usages did not match';
      return nodeObjection(request);
    }
    default:
      return `unrecognized signer ${signerName}`;
  }
};

export interface SigningTerms {
  readonly now: Date;
  /** What the signer grants at most; a request may ask for less. */
  readonly maxSeconds: number;
  readonly requestedSeconds?: number;
}

const backdateSeconds = 300;
const minimumSeconds = 600;

/** Signs a checked request; answers PEM. Never outlives the authority. @throws Error for usages that X.509 does not know */
export const signRequest = (
  request: CertificateRequest,
  usages: readonly string[],
  { issuer, terms }: { readonly issuer: Issuer; readonly terms: SigningTerms },
): string => {
  const { keyUsages, extendedKeyUsages, unknown } = splitUsages(usages);
  if (unknown.length > 0) throw new Error(`unrecognized usages: ${unknown.join(', ')}`);
  const seconds = Math.max(minimumSeconds, Math.min(terms.maxSeconds, terms.requestedSeconds ?? terms.maxSeconds));
  const wanted = terms.now.getTime() + seconds * 1000;
  const { subject, publicKey, dnsNames, ipAddresses, emailAddresses, uris } = request;
  const der = issueCertificate(
    {
      subject,
      dnsNames,
      ipAddresses,
      emailAddresses,
      uris,
      keyUsages,
      extendedKeyUsages,
      notBefore: new Date(terms.now.getTime() - backdateSeconds * 1000),
      notAfter: new Date(Math.min(wanted, parseCertificate(issuer.certificate).notAfter.getTime())),
    },
    publicKey,
    issuer,
  );
  return encodePem('CERTIFICATE', der);
};

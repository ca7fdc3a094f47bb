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

/** A kubelet's certificate is for one purpose, and signs; RSA keys encipher too. */
const kubeletUsages = (usages: readonly string[], purpose: string): string | undefined => {
  const all = [purpose, digitalSignature, keyEncipherment].toSorted();
  const fits = usages.includes(purpose) && usages.includes(digitalSignature) && usages.every((usage) => all.includes(usage));
  return fits ? undefined : `usages did not match [${all.join(' ')}]`;
};

const clientUsages = (usages: readonly string[]): string | undefined => {
  const allowed = ['client auth', digitalSignature, keyEncipherment];
  const other = usages.find((usage) => !allowed.includes(usage));
  if (other !== undefined) return `invalid usage for client certificate: ${other}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
};

const namedNode = ({ subject: { commonName = '' } }: CertificateRequest): string | undefined =>
  commonName.startsWith(nodePrefix) ? undefined : `subject common name does not begin with ${nodePrefix}`;

const inNodeGroup = ({ subject: { organizations = [] } }: CertificateRequest): string | undefined =>
  organizations.length === 1 && organizations[0] === nodeGroup ? undefined : `subject organization is not ${nodeGroup}`;

const noneOf = (names: readonly string[], kind: string): string | undefined =>
  names.length > 0 ? `${kind} subjectAltNames are not allowed` : undefined;

/** Why the signer will not sign the request, for the Failed condition; undefined when it will. */
export const signerObjection = (signerName: string, request: CertificateRequest, usages: readonly string[]): string | undefined => {
  const { dnsNames, ipAddresses, emailAddresses, uris } = request;
  switch (signerName) {
    case signerNames.legacy:
      return undefined;
    case signerNames.client:
      return clientUsages(usages);
    case signerNames.kubeletClient:
      return (
        inNodeGroup(request) ??
        noneOf(dnsNames, 'DNS') ??
        noneOf(emailAddresses, 'Email') ??
        noneOf(ipAddresses, 'IP') ??
        noneOf(uris, 'URI') ??
        namedNode(request) ??
        kubeletUsages(usages, 'client auth')
      );
    case signerNames.kubeletServing:
      return (
        inNodeGroup(request) ??
        (dnsNames.length + ipAddresses.length === 0 ? 'DNS or IP subjectAltName is required' : undefined) ??
        noneOf(emailAddresses, 'Email') ??
        noneOf(uris, 'URI') ??
        kubeletUsages(usages, 'server auth') ??
        namedNode(request)
      );
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
const shortSeconds = 8 * 3600;

/** Signs a checked request; answers PEM. Never outlives the authority. @throws Error for usages that X.509 does not know */
export const signRequest = (
  request: CertificateRequest,
  usages: readonly string[],
  { issuer, terms }: { readonly issuer: Issuer; readonly terms: SigningTerms },
): string => {
  const { keyUsages, extendedKeyUsages, unknown } = splitUsages(usages);
  if (unknown.length > 0) throw new Error(`unrecognized usages: ${unknown.join(', ')}`);
  const seconds = Math.max(minimumSeconds, Math.min(terms.maxSeconds, terms.requestedSeconds ?? terms.maxSeconds));
  // What lasts long begins and ends early; five minutes less would be much of what does not.
  const wanted = terms.now.getTime() + (seconds < shortSeconds ? seconds : seconds - backdateSeconds) * 1000;
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

import type { CertificateSigningRequest } from '../../../api/certificates/types.gen.ts';
import { parseCertificateRequest } from '../../../apimachinery/x509/certificate-request.ts';
import { signRequest, signerNames, signerObjection } from '../../../apimachinery/x509/kubernetes-signers.ts';
import type { Issuer } from '../../../apimachinery/x509/certificate.ts';

/** A year, as the original's --cluster-signing-duration. */
const maxSeconds = 365 * 86_400;
const ours = new Set<string>(Object.values(signerNames));

export const isOurs = ({ spec }: CertificateSigningRequest): boolean => ours.has(spec.signerName);

export const hasCondition = ({ status }: CertificateSigningRequest, type: string): boolean =>
  status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;

const requestOf = ({ spec }: CertificateSigningRequest) => parseCertificateRequest(Buffer.from(spec.request, 'base64').toString('utf8'));

/** Whether this is a kubelet asking for its own client certificate, and which permission approves it. */
export const nodePermission = (request: CertificateSigningRequest): 'selfnodeclient' | 'nodeclient' | undefined => {
  if (request.spec.signerName !== signerNames.kubeletClient) return undefined;
  const parsed = requestOf(request);
  if (signerObjection(signerNames.kubeletClient, parsed, request.spec.usages ?? []) !== undefined) return undefined;
  return request.spec.username === parsed.subject.commonName ? 'selfnodeclient' : 'nodeclient';
};

/** The certificate, as base64 of PEM, or why there is none. */
export const sign = (
  request: CertificateSigningRequest,
  { issuer, now }: { readonly issuer: Issuer; readonly now: number },
): { readonly certificate: string } | { readonly refusal: string } => {
  const parsed = requestOf(request);
  const usages = request.spec.usages ?? [];
  const refusal = signerObjection(request.spec.signerName, parsed, usages);
  if (refusal !== undefined) return { refusal };
  const { expirationSeconds } = request.spec;
  const terms = { now: new Date(now), maxSeconds, ...(expirationSeconds === undefined ? {} : { requestedSeconds: expirationSeconds }) };
  return { certificate: Buffer.from(signRequest(parsed, usages, { issuer, terms })).toString('base64') };
};

const hour = 3_600_000;
/** Finished requests are kept for an hour, undecided and unissued ones for a day. */
export const isStale = (request: CertificateSigningRequest, now: number): boolean => {
  const age = now - (Date.parse(request.metadata.creationTimestamp ?? '') || now);
  const decided = request.status?.conditions ?? [];
  const since = Math.max(0, ...decided.map(({ lastUpdateTime }) => Date.parse(lastUpdateTime ?? '') || 0));
  const issued = request.status?.certificate !== undefined;
  if (hasCondition(request, 'Denied') || hasCondition(request, 'Failed') || (hasCondition(request, 'Approved') && issued))
    return since > 0 && now - since > hour;
  return age > 24 * hour;
};

import type { MetricsRegistry } from './contract.ts';

/** A server could not be asked as its certificate names nobody but in its subject (RFC 6125 has clients look at subjectAltName only). */
export const missingSubjectAltName = 'ERR_MISSING_SUBJECT_ALT_NAME';

/** Whether a failure, or what caused it, is of one of these codes. */
const isOf = (error: unknown, codes: RegExp): boolean => {
  for (let at = error; at instanceof Error; at = at.cause) if (codes.test((at as NodeJS.ErrnoException).code ?? '')) return true;
  return false;
};

/** Hears why a server could not be asked. */
export type OnCallFailure = (error: unknown) => void;

/** The x509 families of webhooks or of aggregated servers: connections refused for what their certificates lack. */
export const createCertificateMeasures = (registry: MetricsRegistry, of: 'kube_aggregator' | 'webhooks'): OnCallFailure => {
  const counter = (name: string, help: string) => registry.counter({ name: `apiserver_${of}_x509_${name}_total`, help, labels: [] }).with();
  const names = counter('missing_san', 'Calls that failed as the certificate of the server has no subjectAltName.');
  const digests = counter('insecure_sha1', 'Calls that failed as the certificate of the server is signed with SHA-1.');
  return (error) => {
    if (isOf(error, /^ERR_MISSING_SUBJECT_ALT_NAME$/)) names.inc();
    if (isOf(error, /MD_TOO_WEAK|INVALID_DIGEST/)) digests.inc();
  };
};

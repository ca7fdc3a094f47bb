import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import type { ServingCertificate } from './listen.ts';

/** A certificate for clients that ask for one of its names (SNI, RFC 6066). */
export interface NamedCertificate extends ServingCertificate {
  /** `example.com` or `*.example.com`; without any, those that the certificate is made out to. */
  readonly names: readonly string[];
}

/** The names that a certificate is made out to: its alternative ones, and its common name when it has none. */
const namesOf = (pem: string): string[] => {
  const { subjectAltName = '', subject } = new X509Certificate(pem);
  const alternative = [...subjectAltName.matchAll(/DNS:([^,\s]+)/g)].map(([, name = '']) => name);
  const common = /(?:^|\n)CN=(.+)/.exec(subject)?.[1];
  return alternative.length > 0 ? alternative : common === undefined ? [] : [common];
};

/**
 * Finds the certificate for the name that a client asks for: by the whole name first, then by `*.` in the place of its first label; of
 * several the first. Undefined: the default one. @throws {Error} when a certificate and its key do not belong together
 */
export const chooseByName = (
  certificates: readonly NamedCertificate[],
  settings: SecureContextOptions,
): ((name: string) => SecureContext | undefined) => {
  const contexts = new Map<string, SecureContext>();
  for (const { certificate, key, names } of certificates) {
    const context = createSecureContext({ ...settings, cert: certificate, key });
    for (const name of names.length > 0 ? names : namesOf(certificate))
      if (!contexts.has(name.toLowerCase())) contexts.set(name.toLowerCase(), context);
  }
  return (name) => {
    const asked = name.toLowerCase();
    return contexts.get(asked) ?? contexts.get(asked.replace(/^[^.]+/, '*'));
  };
};

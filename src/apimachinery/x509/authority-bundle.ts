import { parseCertificate } from './parse-certificate.ts';
import { decodePem } from './pem.ts';

const holdsCertificate = (text: string): boolean =>
  decodePem(text).some(({ label, der }) => {
    if (label !== 'CERTIFICATE') return false;
    try {
      return parseCertificate(der) !== undefined;
    } catch {
      return false;
    }
  });

/** Why a base64 text holds no certificate authorities that a client could trust, in client-go's words; undefined when it does. */
export const authorityBundleProblem = (base64: string): string | undefined => {
  const text = Buffer.from(base64, 'base64').toString('latin1');
  if (holdsCertificate(text)) return undefined;
  const found = decodePem(text).length > 0 ? 'failed to parse certificate' : 'unable to parse bytes as PEM block';
  return `unable to load root certificates: ${found}`;
};

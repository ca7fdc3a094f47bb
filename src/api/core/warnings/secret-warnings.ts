import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Secret } from '../types.gen.ts';

const block = (input: string, type: RegExp): string | undefined =>
  [...input.matchAll(/-----BEGIN ([^-]+)-----[\s\S]*?-----END \1-----/g)].find(([, name = '']) => type.test(name))?.[0];

const pairProblem = (certificates: string, key: string): string | undefined => {
  const certificate = block(certificates, /^CERTIFICATE$/);
  if (certificate === undefined) return 'tls: failed to find any PEM data in certificate input';
  const secret = block(key, /(^| )PRIVATE KEY$/);
  if (secret === undefined) return 'tls: failed to find any PEM data in key input';
  try {
    const fits = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(secret));
    return fits ? undefined : 'tls: private key does not match public key';
  } catch {
    return 'tls: failed to parse private key';
  }
};

/** A certificate and a key that cannot be used together are stored all the same. */
export const secretWarnings = ({ type, data = {} }: Secret): readonly string[] => {
  if (type !== 'kubernetes.io/tls') return [];
  const text = (name: string): string => Buffer.from(data[name] ?? '', 'base64').toString();
  const problem = pairProblem(text('tls.crt'), text('tls.key'));
  return problem === undefined ? [] : [problem];
};

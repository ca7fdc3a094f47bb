import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TestCertificates {
  /** File names, for etcd's flags. */
  readonly files: { readonly ca: string; readonly cert: string; readonly key: string };
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** An authority and one certificate for 127.0.0.1, good for servers and clients, made with the openssl program. */
export function makeCertificates(directory: string): TestCertificates {
  const path = (name: string): string => join(directory, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: directory, stdio: 'ignore' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=test authority', '-days', '1');
  writeFileSync(path('leaf.ext'), 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n');
  openssl('req', ...curve, '-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=leaf');
  openssl('x509', '-req', '-in', 'leaf.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-out', 'leaf.crt', '-extfile', 'leaf.ext', '-days', '1');
  const files = { ca: path('ca.crt'), cert: path('leaf.crt'), key: path('leaf.key') };
  return { files, ca: readFileSync(files.ca), cert: readFileSync(files.cert), key: readFileSync(files.key) };
}

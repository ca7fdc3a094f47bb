import { getCiphers } from 'node:tls';

/** TLS 1.3 has its own suites, which nobody chooses from. */
const always = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

const pattern = /^TLS_(?:(ECDHE)_)?(ECDSA|RSA)_WITH_(?:AES_(128|256)_(CBC|GCM)_(SHA\d*)|(CHACHA20_POLY1305)(?:_SHA256)?)$/;

/** OpenSSL's name of a suite: `ECDHE-RSA-AES128-GCM-SHA256` of `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`; undefined when it has none. */
const openSslName = (suite: string): string | undefined => {
  const [found, exchange, signature, bits, mode, hash, chacha] = pattern.exec(suite) ?? [];
  if (found === undefined) return undefined;
  const cipher = chacha ? 'CHACHA20-POLY1305' : `AES${bits}-${mode === 'GCM' ? 'GCM-' : ''}${hash}`;
  const name = exchange ? `${exchange}-${signature}-${cipher}` : cipher;
  return getCiphers().includes(name.toLowerCase()) ? name : undefined;
};

/** The suites of `--tls-cipher-suites`, by IANA's names as kube-apiserver takes them, for Node.js. @throws {Error} that names what is unknown */
export const cipherSuites = (suites: readonly string[]): string => {
  const names = suites.flatMap((suite) => {
    if (always.includes(suite)) return [];
    const name = openSslName(suite);
    if (name === undefined) throw new Error(`Cipher suite ${suite} not supported or doesn't exist`);
    return [name];
  });
  return [...always, ...names].join(':');
};

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAuthority, issueClient } from './key-pair.ts';

test("a client's key says that it is an elliptic curve's, as clients need that read RSA otherwise", () => {
  const term = { now: Date.now(), days: 1 };
  const { certificate, key } = issueClient({ commonName: 'joe' }, term, createAuthority('ca', term));
  expect(key).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
  expect(new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))).toBe(true);
});

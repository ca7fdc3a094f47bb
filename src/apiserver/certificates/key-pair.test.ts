import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseCertificate } from '../../apimachinery/x509/parse-certificate.ts';
import { certificateBytes, createAuthority, issueClient } from './key-pair.ts';

test("a client's key says that it is an elliptic curve's, as clients need that read RSA otherwise", () => {
  const term = { now: Date.now(), days: 1 };
  const { certificate, key } = issueClient({ commonName: 'joe' }, term, createAuthority('ca', term));
  expect(key).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
  expect(new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))).toBe(true);
});

test('a cluster whose clock is set back by hours still believes its own certificates', () => {
  const now = Date.UTC(2026, 10, 23);
  const authority = createAuthority('kubernetes', { now, days: 3650 });
  const client = issueClient({ commonName: 'kubernetes-admin' }, { now, days: 365 }, authority);
  for (const { certificate } of [authority, client])
    expect(parseCertificate(certificateBytes(certificate)).notBefore.getTime()).toBeLessThanOrEqual(now - 23 * 3_600_000);
});

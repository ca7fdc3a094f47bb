import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIpBytes, ipBytes } from './alternative-names.ts';
import { createCertificateRequest, parseCertificateRequest } from './certificate-request.ts';
import { createIssuer, issueCertificate, selfSign } from './certificate.ts';
import { decodeName, encodeName } from './name.ts';
import { parseCertificate } from './parse-certificate.ts';
import { decodePem, encodePem } from './pem.ts';

const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2056-01-01T00:00:00Z') };

const authority = (keys = ec()) => {
  const der = selfSign(
    {
      ...validity,
      subject: { commonName: 'kubernetes' },
      keyUsages: ['digital signature', 'key encipherment', 'cert sign'],
      authority: {},
    },
    keys,
  );
  return createIssuer(der, keys.privateKey);
};

test('OpenSSL accepts what we issue, and reads the same names', () => {
  const issuer = authority();
  const keys = ec();
  const der = issueCertificate(
    {
      ...validity,
      subject: { commonName: 'jane', organizations: ['devs', 'ops'], uid: '42' },
      keyUsages: ['digital signature', 'key encipherment'],
      extendedKeyUsages: ['client auth', 'server auth'],
      dnsNames: ['localhost', '*.example.org'],
      ipAddresses: ['127.0.0.1', '2001:db8::1'],
      uris: ['spiffe://example.org/x'],
    },
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    issuer,
  );
  const certificate = new X509Certificate(Buffer.from(der));
  const root = new X509Certificate(Buffer.from(issuer.certificate));
  expect(certificate.checkIssued(root)).toBe(true);
  expect(certificate.verify(root.publicKey)).toBe(true);
  expect(root.ca).toBe(true);
  expect(certificate.ca).toBe(false);
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.checkIP('2001:db8::1')).toBe('2001:db8::1');
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1']);
  const parsed = parseCertificate(der);
  expect(parsed.subject).toEqual({ commonName: 'jane', organizations: ['ops', 'devs'].toSorted((a, b) => a.length - b.length), uid: '42' });
  expect(parsed.ipAddresses).toEqual(['127.0.0.1', '2001:db8::1']);
  expect(parsed.keyUsages).toEqual(['digital signature', 'key encipherment']);
  expect(parsed.notAfter).toEqual(validity.notAfter);
});

describe.each([
  ['P-256', ec],
  ['P-384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['Ed25519', () => generateKeyPairSync('ed25519')],
] as const)('%s', (_, generate) => {
  test('a request round-trips and its signature is checked', () => {
    const keys = generate();
    const pem = createCertificateRequest(
      { subject: { commonName: 'system:node:n1', organizations: ['system:nodes'] }, dnsNames: ['n1'], ipAddresses: ['10.0.0.1'] },
      keys,
    );
    const request = parseCertificateRequest(pem);
    expect(request.subject).toEqual({ commonName: 'system:node:n1', organizations: ['system:nodes'] });
    expect(request.dnsNames).toEqual(['n1']);
    expect(createPublicKey({ key: Buffer.from(request.publicKey), format: 'der', type: 'spki' }).equals(keys.publicKey)).toBe(true);
    const der = Buffer.from(decodePem(pem)[0]?.der ?? []);
    const at = der.indexOf('system:node:n1');
    der.write('system:node:n2', at);
    expect(() => parseCertificateRequest(encodePem('CERTIFICATE REQUEST', der))).toThrow('invalid signature');
  });

  test('signs as an authority', () => {
    const issuer = authority(generate() as ReturnType<typeof ec>);
    const leaf = issueCertificate(
      { ...validity, subject: { commonName: 'x' }, keyUsages: [] },
      ec().publicKey.export({ type: 'spki', format: 'der' }),
      issuer,
    );
    expect(new X509Certificate(Buffer.from(leaf)).verify(new X509Certificate(Buffer.from(issuer.certificate)).publicKey)).toBe(true);
  });
});

test('names round-trip', () => {
  const part = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((value) => !/[\uD800-\uDFFF]/.test(value));
  fc.assert(
    fc.property(part, part, (commonName, organization) => {
      expect(decodeName(encodeName({ commonName, organizations: [organization] }))).toEqual({ commonName, organizations: [organization] });
    }),
  );
});

test.each(['::', '::1', '2001:db8::1:0:0:1', 'fe80::', '1:2:3:4:5:6:7:8', '10.96.0.1'])('address %s round-trips', (address) => {
  expect(formatIpBytes(ipBytes(address))).toBe(address);
});

test('garbage is refused with an error, never accepted', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(() => parseCertificateRequest(encodePem('CERTIFICATE REQUEST', bytes))).toThrow();
    }),
  );
});

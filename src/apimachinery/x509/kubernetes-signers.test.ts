import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCertificateRequest, parseCertificateRequest } from './certificate-request.ts';
import { createIssuer, selfSign } from './certificate.ts';
import { signerNames, signerObjection, signRequest } from './kubernetes-signers.ts';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const now = new Date('2026-01-01T00:00:00Z');
const validity = { notBefore: now, notAfter: new Date('2026-07-01T00:00:00Z') };
const issuer = createIssuer(
  selfSign({ ...validity, subject: { commonName: 'ca' }, keyUsages: ['cert sign'], authority: {} }, keys),
  keys.privateKey,
);
const request = (
  names: Omit<Parameters<typeof createCertificateRequest>[0], 'subject'> = {},
  subject = { commonName: 'system:node:n', organizations: ['system:nodes'] },
) => parseCertificateRequest(createCertificateRequest({ subject, ...names }, keys));

test.each([
  [signerNames.kubeletClient, request(), ['digital signature', 'client auth'], undefined],
  [signerNames.kubeletClient, request({ dnsNames: ['n'] }), ['digital signature', 'client auth'], 'DNS subjectAltNames are not allowed'],
  [
    signerNames.kubeletClient,
    request(),
    ['digital signature', 'server auth'],
    'usages did not match [client auth digital signature key encipherment]',
  ],
  [
    signerNames.kubeletClient,
    request({}, { commonName: 'jane', organizations: ['system:nodes'] }),
    ['digital signature', 'client auth'],
    'subject common name does not begin with system:node:',
  ],
  [signerNames.kubeletServing, request(), ['digital signature', 'server auth'], 'DNS or IP subjectAltName is required'],
  [signerNames.kubeletServing, request({ ipAddresses: ['10.0.0.1'] }), ['digital signature', 'key encipherment', 'server auth'], undefined],
  [signerNames.client, request(), ['client auth'], undefined],
  [signerNames.client, request(), ['server auth'], 'invalid usage for client certificate: server auth'],
  [signerNames.client, request(), ['digital signature'], 'missing required usage for client certificate: client auth'],
  [signerNames.kubeletServing, request({}, { commonName: 'n', organizations: [] }), ['any'], 'subject organization is not system:nodes'],
  [signerNames.legacy, request(), ['code signing'], undefined],
  ['example.com/x', request(), [], 'unrecognized signer example.com/x'],
])('%s', (signer, asked, usages, objection) => {
  expect(signerObjection(signer, asked, usages)).toBe(objection);
});

test('a signed certificate keeps names and ends with its authority at the latest', () => {
  const terms = { now, maxSeconds: 365 * 86_400 };
  const long = new X509Certificate(signRequest(request({ dnsNames: ['n'] }), ['digital signature', 'client auth'], { issuer, terms }));
  expect(long.subjectAltName).toBe('DNS:n');
  expect(new Date(long.validTo)).toEqual(validity.notAfter);
  const short = new X509Certificate(signRequest(request(), ['client auth'], { issuer, terms: { ...terms, requestedSeconds: 3600 } }));
  expect(new Date(short.validTo)).toEqual(new Date('2026-01-01T01:00:00Z'));
  const day = new X509Certificate(signRequest(request(), ['client auth'], { issuer, terms: { ...terms, requestedSeconds: 86_400 } }));
  expect([new Date(day.validFrom), new Date(day.validTo)]).toEqual([new Date('2025-12-31T23:55:00Z'), new Date('2026-01-01T23:55:00Z')]);
  expect(() => signRequest(request(), ['flying'], { issuer, terms })).toThrow('unrecognized usages: flying');
});

test('a subject is written in the order of X.520: country, province, locality, organization, unit, name', () => {
  const subject = {
    commonName: 'n',
    organizationalUnits: ['u'],
    organizations: ['o'],
    localities: ['l'],
    provinces: ['p'],
    countries: ['DE'],
  };
  const signed = new X509Certificate(signRequest(request({}, subject), [], { issuer, terms: { now, maxSeconds: 3600 } }));
  expect(signed.subject.split('\n')).toEqual(['C=DE', 'ST=p', 'L=l', 'O=o', 'OU=u', 'CN=n']);
});

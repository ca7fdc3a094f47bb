import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientSubject } from './client-subject.ts';
import { loadOrCreateIdentity } from './identity.ts';
import { certificateBytes } from './key-pair.ts';
import { firstAddress, servingNames } from './serving-names.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'identity-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const now = Date.parse('2026-06-01T00:00:00Z');
const names = servingNames('10.96.0.0/12');
const load = (at = now, wanted = names) => loadOrCreateIdentity(join(directory, 'pki'), { now: at, names: wanted });

test('an identity survives a restart, and only its owner can read it', () => {
  const first = load();
  const second = load();
  expect({ ...second, issueClient: 0 }).toEqual({ ...first, issueClient: 0 });
  expect(statSync(join(directory, 'pki')).mode & 0o777).toBe(0o700);
  for (const file of readdirSync(join(directory, 'pki'))) expect(statSync(join(directory, 'pki', file)).mode & 0o777).toBe(0o600);
});

test('the serving certificate is renewed before it expires, by the same authority', () => {
  const first = load();
  const later = load(now + 300 * 86_400_000);
  expect(later.certificateAuthority).toEqual(first.certificateAuthority);
  expect(later.serving.certificate).not.toBe(first.serving.certificate);
  expect(load(now + 100 * 86_400_000 + 300 * 86_400_000).serving).toEqual(later.serving);
});

test('a new name means a new serving certificate', () => {
  load();
  const certificate = new X509Certificate(load(now, servingNames('10.96.0.0/12', { dnsNames: ['hub.example.org'] })).serving.certificate);
  expect(certificate.checkHost('hub.example.org')).toBe('hub.example.org');
  expect(certificate.checkIP('10.96.0.1')).toBe('10.96.0.1');
  expect(certificate.checkHost('kubernetes.default.svc')).toBe('kubernetes.default.svc');
});

test('a client certificate names its user and groups', () => {
  const { certificate } = load().issueClient({ commonName: 'jane', organizations: ['devs'] });
  expect(clientSubject(certificateBytes(certificate))).toMatchObject({ commonName: 'jane', organizations: ['devs'] });
  expect(clientSubject(Uint8Array.of(1, 2, 3))).toBeUndefined();
});

test.each([
  ['10.96.0.0/12', '10.96.0.1'],
  ['10.99.7.3/16', '10.99.0.1'],
  ['fd00:10:96::/112', 'fd00:10:96::1'],
])('the first address of %s is %s', (range, address) => {
  expect(firstAddress(range)).toBe(address);
});

test('a certificate that a loss of power has emptied is issued again, by the same authority', () => {
  const first = load();
  for (const file of ['apiserver.crt', 'front-proxy-client.key']) writeFileSync(join(directory, 'pki', file), '');
  const second = load();
  expect(second.certificateAuthority).toEqual(first.certificateAuthority);
  expect(
    new X509Certificate(second.serving.certificate).verify(new X509Certificate(first.certificateAuthority.certificate).publicKey),
  ).toBe(true);
  expect(second.frontProxy.client.key).not.toBe('');
});

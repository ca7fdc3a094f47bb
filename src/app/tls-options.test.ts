import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TlsIdentity } from '../apiserver/listen/listen.ts';
import { cipherSuites } from './cipher-suites.ts';
import { followTlsFiles } from './follow-tls-files.ts';
import { parseNamedFiles, tlsSettings } from './tls-options.ts';

const always = 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256';

test.each([
  ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
  ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-RSA-CHACHA20-POLY1305'],
  ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256', 'ECDHE-RSA-AES128-SHA256'],
  ['TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA', 'ECDHE-ECDSA-AES256-SHA'],
  ['TLS_RSA_WITH_AES_256_GCM_SHA384', 'AES256-GCM-SHA384'],
])('%s is %s', (suite, name) => {
  expect(cipherSuites([suite])).toBe(`${always}:${name}`);
});

test('suites of TLS 1.3 are always there, others have to exist', () => {
  expect(cipherSuites(['TLS_AES_128_GCM_SHA256'])).toBe(always);
  for (const suite of ['TLS_NOPE', 'TLS_RSA_WITH_CHACHA20_POLY1305', 'ECDHE-RSA-AES128-GCM-SHA256'])
    expect(() => cipherSuites([suite])).toThrow(`Cipher suite ${suite} not supported or doesn't exist`);
});

test('versions by their names', () => {
  expect([tlsSettings({}), tlsSettings({ tlsMinVersion: 'VersionTLS13' })]).toEqual([{}, { minVersion: 'TLSv1.3' }]);
  expect(() => tlsSettings({ tlsMinVersion: '1.2' })).toThrow('unknown tls version "1.2"');
});

test('files of a certificate, with and without names', () => {
  expect(parseNamedFiles('a.crt,a.key')).toEqual({ certificate: 'a.crt', key: 'a.key', names: [] });
  expect(parseNamedFiles('a.crt,a.key:*.foo.com,foo.com')).toEqual({ certificate: 'a.crt', key: 'a.key', names: ['*.foo.com', 'foo.com'] });
  for (const text of ['', 'a.crt', 'a,b,c', ':foo']) expect(() => parseNamedFiles(text)).toThrow('expected comma separated');
});

test('a listener hears of files that change, again when it did not take them', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tls-'));
  const path = (name: string): string => join(directory, name);
  for (const name of ['crt', 'key', 'ca']) writeFileSync(path(name), `${name} 1`);
  const ignore = (): void => {};
  const files = followTlsFiles(
    { serving: { certificate: path('crt'), key: path('key') }, clientAuthorities: path('ca') },
    { debug: ignore, info: ignore, warn: ignore, error: ignore },
  );
  expect(files.identity).toEqual({ serving: { certificate: 'crt 1', key: 'key 1' }, clientAuthorities: ['ca 1'] });
  const heard: Partial<TlsIdentity>[] = [];
  const replaced = new Promise<void>((resolve) =>
    files.begin({
      replace: (identity) => {
        heard.push(identity);
        if (identity.serving?.key === 'key 1') throw new Error('key values mismatch');
        resolve();
      },
    }),
  );
  writeFileSync(path('crt'), 'crt 2');
  writeFileSync(path('key'), 'key 2');
  await replaced;
  expect(heard.at(-1)?.serving).toEqual({ certificate: 'crt 2', key: 'key 2' });
  files.stop();
  rmSync(directory, { recursive: true });
});

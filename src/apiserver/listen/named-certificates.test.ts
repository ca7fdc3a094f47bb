import { connect, type TLSSocket } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { createAuthority, issueClient, issueServing } from '../certificates/key-pair.ts';
import type { ApiHandler } from '../http/exchange.ts';
import { listen, type Listener, type ListenOptions } from './listen.ts';

const term = { now: Date.now(), days: 1 };
const [authority, other] = [createAuthority('one', term), createAuthority('two', term)];
const certificateOf = (commonName: string, ...dnsNames: string[]) => issueServing({ commonName, dnsNames }, term, authority);
const log = { info: () => {}, warn: () => {}, error: () => {} };
const handle: ApiHandler = async ({ certificate, untrustedCertificate }) => ({
  status: 200,
  headers: {},
  body: Buffer.from(certificate?.commonName ?? (untrustedCertificate ? 'untrusted' : 'nobody')),
});

let listener: Listener | undefined;
afterEach(async () => {
  await listener?.close({ graceMilliseconds: 0 });
  listener = undefined;
});
const start = async (options: Partial<ListenOptions>): Promise<Listener> =>
  (listener = await listen(handle, {
    host: '127.0.0.1',
    port: 0,
    serving: certificateOf('default', 'localhost'),
    clientAuthorities: [authority.certificate],
    log,
    ...options,
  }));

type Told = { readonly subject: string; readonly protocol: string | null; readonly cipher: string; readonly body: string };
const ask = (options: object = {}): Promise<Told> =>
  new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ port: listener!.port, host: '127.0.0.1', rejectUnauthorized: false, ...options }, () => {
      const facts = {
        subject: String(socket.getPeerCertificate().subject.CN),
        protocol: socket.getProtocol(),
        cipher: socket.getCipher().name,
      };
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('end', () => resolve({ ...facts, body: text.split('\r\n\r\n')[1] ?? '' }));
      socket.end('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    });
    socket.on('error', reject);
  });
const named = async (servername: string): Promise<string> => (await ask({ servername })).subject;

test('the certificate is the one of the name that a client asks for', async () => {
  await start({
    named: [
      { ...certificateOf('wild', 'ignored'), names: ['*.example.com'] },
      { ...certificateOf('whole', 'ignored'), names: ['a.example.com'] },
      { ...certificateOf('own', 'b.test', '*.c.test'), names: [] },
    ],
  });
  expect(await Promise.all(['a.example.com', 'B.Example.com', 'x.b.example.com', 'b.test', 'x.c.test'].map(named))).toEqual([
    'whole',
    'wild',
    'default',
    'own',
    'own',
  ]);
});

test('certificates and authorities are replaced for connections to come; a key of another certificate changes nothing', async () => {
  const first = certificateOf('first', 'a.test');
  const client = issueClient({ commonName: 'jane', organizations: [] }, term, other);
  const asJane = { cert: client.certificate, key: client.key };
  const running = await start({ serving: first, named: [{ ...first, names: ['a.test'] }] });
  expect((await ask(asJane)).body).toBe('untrusted');
  const second = certificateOf('second', 'a.test');
  expect(() => running.replace({ serving: { ...second, key: first.key } })).toThrow();
  expect((await ask()).subject).toBe('first');
  running.replace({ serving: second, clientAuthorities: [other.certificate] });
  expect(await ask(asJane)).toMatchObject({ subject: 'second', body: 'jane' });
  running.replace({ named: [{ ...certificateOf('third'), names: ['a.test'] }] });
  expect([await named('a.test'), (await ask()).subject]).toEqual(['third', 'second']);
  expect((await ask({ ...asJane, servername: 'a.test' })).body).toBe('jane');
});

test('versions and cipher suites are those that are wanted', async () => {
  await start({ tls: { minVersion: 'TLSv1.3' } });
  await expect(ask({ maxVersion: 'TLSv1.2' })).rejects.toThrow();
  expect((await ask()).protocol).toBe('TLSv1.3');
  await listener!.close({ graceMilliseconds: 0 });
  await start({ tls: { ciphers: 'TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256' } });
  expect((await ask({ maxVersion: 'TLSv1.2' })).cipher).toBe('ECDHE-ECDSA-AES128-GCM-SHA256');
  await expect(ask({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' })).rejects.toThrow();
});

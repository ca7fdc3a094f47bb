import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StoreUnavailableError } from '../../src/storage/errors.ts';
import { recordWatch } from '../../src/storage/testing/watch-recorder.ts';
import { openEtcdStore } from '../../src/storage/etcd/etcd-store.ts';
import { makeCertificates, type TestCertificates } from '../../src/storage/etcd/testing/certificates.ts';
import { type EtcdCluster, etcdctl, etcdctlProgram, sayWithoutEtcd, startEtcd } from '../../src/storage/etcd/testing/etcd-process.ts';
import { etcdAccess } from '../../src/cli/etcd-options.ts';
import { runCauseway, startCauseway } from './support/causeway-process.ts';
import { connect } from './support/connect.ts';

sayWithoutEtcd('etcd with TLS and passwords');

describe.skipIf(etcdctlProgram === undefined)('an etcd that asks for client certificates and passwords', () => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-etcd-tls-'));
  let certificates: TestCertificates;
  let etcd: EtcdCluster;
  beforeAll(async () => {
    certificates = makeCertificates(directory);
    const { ca, cert, key } = certificates.files;
    const flags = [`--cert-file=${cert}`, `--key-file=${key}`, `--trusted-ca-file=${ca}`, '--client-cert-auth', '--auth-token-ttl=1'];
    etcd = await startEtcd({ scheme: 'https', flags });
    const admin = [`--cacert=${ca}`, `--cert=${cert}`, `--key=${key}`];
    for (const words of [
      ['user', 'add', 'root:secret'],
      ['user', 'grant-role', 'root', 'root'],
      ['role', 'add', 'fleet'],
      ['role', 'grant-permission', 'fleet', '--prefix=true', 'readwrite', '/fleet/'],
      ['user', 'add', 'hub:hub-secret'],
      ['user', 'grant-role', 'hub', 'fleet'],
      ['auth', 'enable'],
    ]) {
      etcdctl(etcd, [...admin, ...words]);
    }
  });
  afterAll(async () => {
    await etcd.stop();
    rmSync(directory, { recursive: true });
  });
  const access = () => {
    const { ca, cert, key } = certificates;
    return { endpoints: etcd.endpoints, ca, cert, key, username: 'hub', password: 'hub-secret', patienceSeconds: 2 };
  };

  test('reads, writes and watches below its prefix, also after its token has expired', async () => {
    const store = await openEtcdStore({ ...access(), prefix: '/fleet' });
    const watch = recordWatch(store, '/', await store.revision());
    await store.create('/a', Buffer.from('a'));
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await store.create('/b', Buffer.from('b'));
    await watch.reached(await store.revision());
    expect(watch.events.map((event) => event.key)).toEqual(['/a', '/b']);
    await store.close();
  });

  test('goes on, watches too, when etcd has forgotten its token', async () => {
    const store = await openEtcdStore({ ...access(), prefix: '/fleet', patienceSeconds: 15 });
    const watch = recordWatch(store, '/', await store.revision());
    await store.create('/before', Buffer.from('1'));
    etcd.members[0]?.kill('SIGKILL');
    await etcd.members[0]?.restart();
    await store.create('/after', Buffer.from('2'));
    await watch.reached(await store.revision());
    expect(watch.events.map((event) => event.key)).toEqual(['/before', '/after']);
    await store.close();
  });

  test('who is known by a client certificate alone goes on while users and roles are changed', { timeout: 60_000 }, async () => {
    const { ca, cert, key } = certificates.files;
    const asRoot = (words: string): string =>
      etcdctl(etcd, [`--cacert=${ca}`, `--cert=${cert}`, `--key=${key}`, '--user=root:secret', ...words.split(' ')]);
    asRoot('user add leaf --no-password');
    asRoot('user grant-role leaf fleet');
    const store = await openEtcdStore({ ...access(), username: undefined, prefix: '/fleet/leaf', patienceSeconds: 15 });
    try {
      const over = new AbortController();
      const write = async (writer: number): Promise<void> => {
        for (let index = 0; !over.signal.aborted; index++)
          expect(await store.create(`/${writer}-${index}`, Buffer.from('x'))).toMatchObject({ applied: true });
      };
      const writers = Promise.all(Array.from({ length: 10 }, (_, writer) => write(writer)));
      for (let user = 0; user < 6; user++) {
        await promisify(execFile)(
          etcdctlProgram ?? '',
          [...rootArguments(etcd, certificates.files, 'secret'), 'user', 'add', `other-${user}`, '--no-password'],
          { env: { ...process.env, ETCDCTL_API: '3' } },
        );
      }
      over.abort();
      await writers;
    } finally {
      await store.close();
    }
  });

  test('a hub gets in with the flags of its command', { timeout: 60_000 }, async () => {
    const { ca, cert, key } = certificates.files;
    const passwordFile = join(directory, 'password');
    writeFileSync(passwordFile, 'hub-secret\n', { mode: 0o600 });
    const tls = ['--etcd-ca', ca, '--etcd-cert', cert, '--etcd-key', key, '--etcd-user', 'hub', '--etcd-password-file', passwordFile];
    const store = `etcd:${etcd.endpoints.join(',')}/fleet/hub`;
    const data = join(directory, 'hub');
    const hub = startCauseway(['hub', '--store', store, ...tls, '--data-dir', data, '--port', '0', '--output', 'json']);
    const client = await connect((await hub.ready).kubeconfig);
    expect(await client.raw('/readyz')).toBe('ok');
    await client.close();
    const snapshot = join(directory, 'snapshot');
    expect(await runCauseway(['snapshot', 'save', snapshot, '--store', store, ...tls])).toMatchObject({ code: 0 });
    expect(await hub.stop()).toBe(0);
  });

  test.each([
    ['a wrong password', { password: 'wrong' }, /authentication failed/],
    ['no permission on the prefix', { prefix: '/other' }, /permission denied/],
    ['no client certificate', { cert: undefined, key: undefined }, /check that most members are up and reachable/],
    ['an authority that did not sign the server', { ca: undefined }, /check that most members are up and reachable/],
  ])('%s is refused with a message that says so', async (_, change, message) => {
    const open = openEtcdStore({ ...access(), prefix: '/fleet', ...change });
    await expect(open).rejects.toThrow(StoreUnavailableError);
    await expect(open).rejects.toThrow(message);
  });
});

test.skipIf(etcdctlProgram === undefined)(
  'certificates, their authority and passwords that were renewed are read again, and watches go on',
  { timeout: 60_000 },
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'causeway-etcd-renewal-'));
    const { files } = makeCertificates(directory);
    const flags = [`--cert-file=${files.cert}`, `--key-file=${files.key}`, `--trusted-ca-file=${files.ca}`, '--client-cert-auth'];
    const etcd = await startEtcd({ scheme: 'https', flags });
    const admin = (...words: string[]): string =>
      etcdctl(etcd, [`--cacert=${files.ca}`, `--cert=${files.cert}`, `--key=${files.key}`, ...words]);
    for (const words of [
      ['user', 'add', 'root:secret'],
      ['user', 'grant-role', 'root', 'root'],
      ['auth', 'enable'],
    ])
      admin(...words);
    const passwordFile = join(directory, 'password');
    writeFileSync(passwordFile, 'secret');
    const { ca, cert, key } = files;
    const access = etcdAccess({ etcdCa: ca, etcdCert: cert, etcdKey: key, etcdUser: 'root', etcdPasswordFile: passwordFile });
    const store = await openEtcdStore({ ...access, endpoints: etcd.endpoints, prefix: '/renewal', patienceSeconds: 20 });
    try {
      const watch = recordWatch(store, '/', await store.revision());
      await store.create('/first', Buffer.from('1'));
      etcd.members[0]?.kill('SIGKILL');
      makeCertificates(directory);
      await etcd.members[0]?.restart();
      await store.create('/second', Buffer.from('2'));
      writeFileSync(passwordFile, 'changed');
      execFileSync(etcdctlProgram ?? '', [...rootArguments(etcd, files, 'secret'), 'user', 'passwd', 'root', '--interactive=false'], {
        input: 'changed\n',
        env: { ...process.env, ETCDCTL_API: '3' },
      });
      await store.create('/third', Buffer.from('3'));
      await watch.reached(await store.revision());
      expect(watch.events.map((event) => event.key)).toEqual(['/first', '/second', '/third']);
    } finally {
      await store.close();
      await etcd.stop();
      rmSync(directory, { recursive: true });
    }
  },
);

const rootArguments = ({ endpoints }: EtcdCluster, { ca, cert, key }: TestCertificates['files'], password: string): string[] => [
  `--endpoints=${endpoints.join(',')}`,
  `--cacert=${ca}`,
  `--cert=${cert}`,
  `--key=${key}`,
  `--user=root:${password}`,
];

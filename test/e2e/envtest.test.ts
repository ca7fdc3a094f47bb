import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { get as getSecurely, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority, issueClient, issueServing } from '../../src/apiserver/certificates/key-pair.ts';
import { etcdProgram, sayWithoutEtcd, startEtcd } from '../../src/storage/etcd/testing/etcd-process.ts';
import { builtCli } from './support/built-cli.ts';
import { freePort } from './support/free-port.ts';

// What controller-runtime's envtest does: it asks both programs for help, makes the certificates itself, starts them, waits for their
// health, adds users by certificate, and ends them with SIGTERM.

sayWithoutEtcd('envtest on etcd');

const directory = mkdtempSync(join(tmpdir(), 'causeway-envtest-'));
const assets = join(directory, 'bin');
const term = { now: Date.now(), days: 1 };
const servingAuthority = createAuthority('serving', term);
const clientAuthority = createAuthority('clients', term);
const admin = issueClient({ commonName: 'admin', organizations: ['system:masters'] }, term, clientAuthority);
const programs: ChildProcess[] = [];

const start = (name: string, flags: readonly string[]): ChildProcess => {
  const child = spawn(join(assets, name), flags, { stdio: ['ignore', 'inherit', 'inherit'] });
  programs.push(child);
  return child;
};

const stop = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.once('close', resolve);
    child.kill('SIGTERM');
  });

const statusOf = (url: string): Promise<number> =>
  new Promise((resolve) => {
    const answered = ({ statusCode = 0 }: IncomingMessage): void => resolve(statusCode);
    const secure = { rejectUnauthorized: false, agent: false };
    const asked = url.startsWith('https:') ? getSecurely(url, secure, answered) : get(url, { agent: false }, answered);
    asked.on('error', () => resolve(0));
  });

const healthy = async (url: string): Promise<void> => {
  await expect.poll(() => statusOf(url)).toBe(200);
};

const flag = (name: string, value: string): string => `--${name}=${value}`;

/** A kube-apiserver over an etcd, with the flags that envtest gives it. */
const startApiServer = async (etcdUrl: string): Promise<{ readonly url: string; readonly process: ChildProcess }> => {
  const certDir = mkdtempSync(join(directory, 'k8s_test_framework_'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(certDir, name), text);
    return join(certDir, name);
  };
  const serving = issueServing({ commonName: 'localhost', dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] }, term, servingAuthority);
  file('apiserver.crt', serving.certificate);
  file('apiserver.key', serving.key);
  const accounts = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  const process = start('kube-apiserver', [
    flag('allow-privileged', 'true'),
    flag('authorization-mode', 'RBAC'),
    flag('bind-address', '127.0.0.1'),
    flag('cert-dir', certDir),
    flag('client-ca-file', file('client-cert-auth-ca.crt', clientAuthority.certificate)),
    flag('disable-admission-plugins', 'ServiceAccount'),
    flag('etcd-servers', etcdUrl),
    flag('secure-port', String(port)),
    flag('service-account-issuer', `${url}/`),
    flag('service-account-key-file', file('sa-signer.crt', accounts.publicKey.export({ type: 'spki', format: 'pem' }) as string)),
    flag('service-account-signing-key-file', file('sa-signer.key', accounts.privateKey.export({ type: 'sec1', format: 'pem' }) as string)),
    flag('service-cluster-ip-range', '10.0.0.0/24'),
  ]);
  await healthy(`${url}/healthz`);
  return { url, process };
};

/** As envtest's admin. */
const call = (url: string, body?: unknown): Promise<{ readonly status: number | undefined; readonly body: unknown }> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const secure = { ca: servingAuthority.certificate, cert: admin.certificate, key: admin.key, agent: false };
    const sent = request(url, { ...secure, headers, method: body === undefined ? 'GET' : 'POST' }, (response) => {
      let text = '';
      response
        .on('data', (part) => (text += String(part)))
        .on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) }));
    });
    sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });

beforeAll(() => {
  const printed = execFileSync(process.execPath, [builtCli, 'envtest', 'assets', '--dir', assets], { encoding: 'utf8' });
  expect(printed).toBe(`${assets}\n`);
});

afterAll(() => {
  for (const program of programs) program.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

test('their help has no insecure port, and says what they are', () => {
  for (const name of ['kube-apiserver', 'etcd']) {
    const help = execFileSync(join(assets, name), ['--help'], { encoding: 'utf8' });
    expect(help).not.toMatch(/^\s*--insecure-port\b/m);
    expect(help).toContain(`causeway envtest ${name}`);
  }
});

test('a control plane in memory', async () => {
  const etcdUrl = `http://127.0.0.1:${await freePort()}`;
  const dataDir = join(directory, 'etcd-data');
  const peers = 'http://127.0.0.1:0';
  const etcd = start('etcd', [
    flag('advertise-client-urls', etcdUrl),
    flag('data-dir', dataDir),
    flag('listen-client-urls', etcdUrl),
    flag('listen-peer-urls', peers),
    flag('unsafe-no-fsync', 'true'),
  ]);
  await healthy(`${etcdUrl}/health`);
  const server = await startApiServer(etcdUrl);
  expect(await call(`${server.url}/api/v1/namespaces/default`)).toMatchObject({ status: 200, body: { status: { phase: 'Active' } } });
  const pod = { metadata: { name: 'a' }, spec: { containers: [{ name: 'a', image: 'a' }] } };
  // Without the ServiceAccount plugin no service account is needed.
  expect(await call(`${server.url}/api/v1/namespaces/default/pods`, pod)).toMatchObject({ status: 201 });
  expect(await call(`${server.url}/api/v1/namespaces/default/services/kubernetes`)).toMatchObject({
    body: { spec: { clusterIP: '10.0.0.1' } },
  });
  expect(await stop(server.process)).toBe(0);
  expect(await stop(etcd)).toBe(0);
  expect(existsSync(dataDir)).toBe(false);
});

describe.skipIf(etcdProgram === undefined)('on a real etcd', () => {
  test('what is created is there when the API server comes back', async () => {
    const etcd = await startEtcd();
    try {
      const [etcdUrl = ''] = etcd.endpoints;
      const first = await startApiServer(etcdUrl);
      expect(await call(`${first.url}/api/v1/namespaces`, { metadata: { name: 'kept' } })).toMatchObject({ status: 201 });
      expect(await stop(first.process)).toBe(0);
      const second = await startApiServer(etcdUrl);
      expect(await call(`${second.url}/api/v1/namespaces/kept`)).toMatchObject({ status: 200 });
      expect(await stop(second.process)).toBe(0);
    } finally {
      await etcd.stop();
    }
  });
});

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get as getPlainly } from 'node:http';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthority, issueServing } from '../../src/apiserver/certificates/key-pair.ts';
import { freePort } from '../lib/free-port.ts';
import type { Measurement } from '../lib/measure.ts';
import { cpuSeconds } from '../lib/processes.ts';
import { program } from '../lib/start-hub.ts';
import { peers } from '../lib/start-peer.ts';

/** How often envtest asks. */
const pollMilliseconds = 100;

const isOk = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const answered = ({ statusCode }: { statusCode?: number | undefined }): void => resolve(statusCode === 200);
    const asked = url.startsWith('http:')
      ? getPlainly(url, { agent: false }, answered)
      : get(url, { agent: false, rejectUnauthorized: false }, answered);
    asked.on('error', () => resolve(false));
  });

/** Asks a program for help, starts it and waits until it is healthy, as envtest does. */
const start = async (path: string, flags: Readonly<Record<string, string>>, health: string): Promise<ChildProcess> => {
  execFileSync(path, ['--help'], { stdio: 'ignore' });
  const words = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(path, words, { stdio: 'ignore' });
  process.on('exit', () => child.kill('SIGKILL'));
  while (!(await isOk(health))) {
    if (child.exitCode !== null) throw new Error(`${path} ended with ${child.exitCode} before it was healthy`);
    await sleep(pollMilliseconds);
  }
  return child;
};

const stop = async (child: ChildProcess): Promise<void> => {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
};

/** From nothing to a control plane that is healthy, from the programs in a directory. */
const measure = async (assets: string): Promise<Measurement> => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-bench-envtest-'));
  const term = { now: Date.now(), days: 1 };
  const { certificate, key } = issueServing({ commonName: 'a', ipAddresses: ['127.0.0.1'] }, term, createAuthority('ca', term));
  const accounts = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = join(directory, 'sa.key');
  writeFileSync(join(directory, 'apiserver.crt'), certificate);
  writeFileSync(join(directory, 'apiserver.key'), key);
  writeFileSync(signer, accounts.privateKey.export({ type: 'sec1', format: 'pem' }));
  const [etcdUrl, peerUrl] = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`];
  const port = await freePort();
  const began = performance.now();
  const etcd = await start(
    join(assets, 'etcd'),
    {
      'listen-client-urls': etcdUrl,
      'advertise-client-urls': etcdUrl,
      'listen-peer-urls': peerUrl,
      'data-dir': join(directory, 'etcd'),
      'unsafe-no-fsync': 'true',
    },
    `${etcdUrl}/health`,
  );
  const server = await start(
    join(assets, 'kube-apiserver'),
    {
      'allow-privileged': 'true',
      'authorization-mode': 'RBAC',
      'bind-address': '127.0.0.1',
      'cert-dir': directory,
      'disable-admission-plugins': 'ServiceAccount',
      'etcd-servers': etcdUrl,
      'secure-port': String(port),
      'service-account-issuer': `https://127.0.0.1:${port}/`,
      'service-account-key-file': signer,
      'service-account-signing-key-file': signer,
      'service-cluster-ip-range': '10.0.0.0/24',
    },
    `https://127.0.0.1:${port}/healthz`,
  );
  const milliseconds = performance.now() - began;
  const cpuMicroseconds = cpuSeconds([etcd, server].map(({ pid }) => pid as number)) * 1e6;
  await stop(server);
  await stop(etcd);
  rmSync(directory, { recursive: true, force: true });
  return { milliseconds, cpuMicroseconds };
};

/** Our programs for envtest and the original ones, in turn. */
export const measureEnvtest = async (side: 'causeway' | 'kube-apiserver'): Promise<Measurement> => {
  if (side === 'kube-apiserver') return measure(join(peers, 'bin'));
  const assets = mkdtempSync(join(tmpdir(), 'causeway-bench-assets-'));
  execFileSync(process.execPath, [program, 'envtest', 'assets', '--dir', assets]);
  try {
    return await measure(assets);
  } finally {
    rmSync(assets, { recursive: true, force: true });
  }
};

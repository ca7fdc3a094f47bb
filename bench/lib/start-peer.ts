import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connector } from './connection.ts';
import { freePort } from './free-port.ts';
import type { StartSide } from './side.ts';

const run = promisify(execFile);
/** Where shared/peers/build.sh has put kube-apiserver, kube-controller-manager and etcd: in `bin`. */
export const peers = process.env['PEERS'] ?? join(homedir(), '.cache', 'peers');
/** Where start.sh and stop.sh are. */
const scripts = process.env['PEER_SCRIPTS'] ?? new URL('../../../shared/peers', import.meta.url).pathname;

/** Whether kube-apiserver and etcd were built (shared/peers/build.sh). */
export const peerExists = (): boolean => existsSync(join(peers, 'bin', 'kube-apiserver')) && existsSync(join(scripts, 'start.sh'));

const stop = async (env: NodeJS.ProcessEnv): Promise<void> => void (await run('bash', [join(scripts, 'stop.sh')], { env }));

/** kube-apiserver with its etcd, no controllers, durable writes as etcd has them. */
export const peerStarter = (): StartSide => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-bench-peer-'));
  process.on('exit', () => {
    // Stops what is recorded as running there, if anything is.
    spawnSync('bash', [join(scripts, 'stop.sh')], { env: { ...process.env, RUN: directory, PEERS: peers } });
    rmSync(directory, { recursive: true, force: true });
  });
  return async ({ keep = false } = {}) => {
    const [api, etcd] = [await freePort(), await freePort()];
    const env = { ...process.env, RUN: directory, PEERS: peers, APIPORT: String(api), ETCDPORT: String(etcd) };
    const { stdout } = await run('bash', [join(scripts, 'start.sh'), '--no-kcm', ...(keep ? ['--keep'] : [])], { env });
    const kubeconfig = join(directory, 'admin.kubeconfig');
    return {
      name: 'kube-apiserver',
      kubeconfig,
      connect: await connector(kubeconfig),
      pids: ['etcd', 'apiserver'].map((name) => Number(readFileSync(join(directory, `${name}.pid`), 'utf8'))),
      readyMilliseconds: Number(/after (\d+) ms/.exec(stdout)?.[1]),
      stop: () => stop(env),
    };
  };
};

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { peers } from './start-peer.ts';

export interface Etcd {
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** The peer's etcd with the peer's flags, one member, durable writes, on a directory that outlives it. */
export const startEtcd = async (directory: string): Promise<Etcd> => {
  const [client, peer] = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`];
  const flags = [
    ['--name', 'bench'],
    ['--data-dir', join(directory, 'etcd-data')],
    ['--listen-client-urls', client],
    ['--advertise-client-urls', client],
    ['--listen-peer-urls', peer],
    ['--initial-advertise-peer-urls', peer],
    ['--initial-cluster', `bench=${peer}`],
    ['--log-level', 'error'],
  ];
  const child = spawn(join(peers, 'bin', 'etcd'), flags.flat(), { stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(child, 'exit');
  process.on('exit', () => child.kill('SIGKILL'));
  return {
    pid: child.pid as number,
    url: client,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
};

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connector } from './connection.ts';
import type { StartSide } from './side.ts';
import { startEtcd } from './start-etcd.ts';

/** The built command. */
export const program = fileURLToPath(new URL('../../bin/causeway.mjs', import.meta.url));

/** What a command prints once it is ready. */
export interface Ready {
  readonly kubeconfig: string;
  readonly members: readonly { readonly name: string; readonly server: string }[];
}

export interface Started {
  readonly pid: number;
  readonly ready: Ready;
  readonly readyMilliseconds: number;
  stop(): Promise<void>;
}

/** Runs a foreground command of ours until it says that it is ready. CAUSEWAY_NODE_OPTIONS go to node itself (`--cpu-prof`). */
export const startCauseway = async (args: readonly string[]): Promise<Started> => {
  const started = performance.now();
  const nodeOptions = (process.env['CAUSEWAY_NODE_OPTIONS'] ?? '').split(' ').filter(Boolean);
  const child: ChildProcess = spawn(process.execPath, [...nodeOptions, program, ...args, '--output', 'json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.on('exit', () => child.kill('SIGKILL'));
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text);
    });
    child.once('exit', (code) => reject(new Error(`causeway ${args[0]} exited with ${code}`)));
  });
  const readyMilliseconds = performance.now() - started;
  return {
    pid: child.pid as number,
    ready: JSON.parse(line) as Ready,
    readyMilliseconds,
    stop: async () => {
      child.removeAllListeners('exit');
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
};

export type BenchStore = 'lmdb' | 'etcd';

/** Our hub on LMDB or on an etcd of its own, in a scratch directory that goes with the program. */
export const hubStarter = (store: BenchStore = 'lmdb'): StartSide => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-bench-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const data = join(directory, 'data');
  return async ({ keep = false } = {}) => {
    if (!keep) for (const name of ['data', 'etcd-data']) rmSync(join(directory, name), { recursive: true, force: true });
    const started = performance.now();
    const etcd = store === 'etcd' ? await startEtcd(directory) : undefined;
    const uri = etcd ? `etcd:${etcd.url}` : `lmdb:${join(data, 'store')}`;
    const hub = await startCauseway(['hub', '--store', uri, '--data-dir', data, '--port', '0', '--log-level', 'error']);
    const readyMilliseconds = performance.now() - started;
    return {
      name: 'causeway',
      kubeconfig: hub.ready.kubeconfig,
      connect: await connector(hub.ready.kubeconfig),
      pids: [hub.pid, ...(etcd ? [etcd.pid] : [])],
      readyMilliseconds,
      stop: async () => {
        await hub.stop();
        await etcd?.stop();
      },
    };
  };
};

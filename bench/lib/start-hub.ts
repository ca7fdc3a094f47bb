import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connector } from './connection.ts';
import type { StartSide } from './side.ts';

const program = fileURLToPath(new URL('../../bin/causeway.mjs', import.meta.url));

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

/** Our hub on LMDB, in a scratch directory that goes with the program. */
export const hubStarter = (): StartSide => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-bench-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  return async ({ keep = false } = {}) => {
    if (!keep) rmSync(join(directory, 'data'), { recursive: true, force: true });
    const data = join(directory, 'data');
    const { pid, ready, readyMilliseconds, stop } = await startCauseway([
      'hub',
      '--store',
      `lmdb:${join(data, 'store')}`,
      '--data-dir',
      data,
      '--port',
      '0',
      '--log-level',
      'error',
    ]);
    return {
      name: 'causeway',
      kubeconfig: ready.kubeconfig,
      connect: await connector(ready.kubeconfig),
      pids: [pid],
      readyMilliseconds,
      stop,
    };
  };
};

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCauseway } from './causeway-process.ts';
import type { CausewayProcess, StartOptions } from './causeway-process.ts';

/** A hub alone, on a directory of its own. */
export interface Hub {
  readonly root: string;
  readonly directory: string;
  readonly kubeconfig: string;
  readonly process: () => CausewayProcess;
  readonly up: (options?: StartOptions & { readonly flags?: readonly string[] }) => CausewayProcess;
  readonly close: () => Promise<void>;
}

/** A hub that is not started yet; its store is in the directory, or where `root` says. */
export const createHub = (root = mkdtempSync(join(tmpdir(), 'causeway-hub-'))): Hub => {
  const directory = join(root, 'data');
  let process: CausewayProcess | undefined;
  const current = (): CausewayProcess => {
    if (!process) throw new Error('the hub is not up');
    return process;
  };
  return {
    root,
    directory,
    kubeconfig: join(directory, 'kubeconfig'),
    process: current,
    up: ({ flags = [], ...options } = {}) => {
      const store = `lmdb:${join(directory, 'store')}`;
      process = startCauseway(['hub', '--store', store, '--data-dir', directory, '--port', '0', '--output', 'json', ...flags], options);
      return process;
    },
    close: async () => {
      // Nobody stops a hub so that it exits with an error: it says why.
      const code = process && !process.running() ? await process.ended : 0;
      if (process && code !== 0 && code !== null) console.error(`the hub ended with ${code}: ${process.stderr()}`);
      await process?.stop('SIGKILL');
      rmSync(root, { recursive: true, force: true });
    },
  };
};

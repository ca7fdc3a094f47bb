import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCauseway, startCauseway } from './causeway-process.ts';
import type { CausewayProcess, ReadyLine } from './causeway-process.ts';
import type { CommandResult } from '../kubectl.ts';
import { createShell } from './shell.ts';
import type { Shell } from './shell.ts';

/** A fleet on a directory of its own, as `causeway up` runs it. */
export interface Fleet {
  readonly directory: string;
  readonly kubeconfig: string;
  readonly hub: Shell;
  readonly on: (context: string) => Shell;
  /** A command about this fleet. */
  readonly causeway: (...args: readonly string[]) => Promise<CommandResult>;
  readonly process: () => CausewayProcess;
  /** Starts it (again) on the same directory. */
  readonly up: () => Promise<ReadyLine>;
  /** Ends the process and removes the directory. */
  readonly close: () => Promise<void>;
}

/** Members are asked every second and count as failed after two: tests do not wait for the defaults. */
export const impatient = ['--status-interval', '1', '--failure-threshold', '2'] as const;

/** A fleet that is not started yet. */
export const createFleet = (args: readonly string[] = []): Fleet => {
  const root = mkdtempSync(join(tmpdir(), 'causeway-fleet-'));
  const directory = join(root, 'data');
  const kubeconfig = join(directory, 'kubeconfig');
  const cache = join(root, 'cache');
  let process: CausewayProcess | undefined;
  const on = (context: string): Shell => createShell(kubeconfig, { context, cache });
  return {
    directory,
    kubeconfig,
    hub: on('hub'),
    on,
    causeway: (...words) => runCauseway([...words, '--data-dir', directory]),
    process: () => {
      if (!process) throw new Error('the fleet is not up');
      return process;
    },
    up: () => {
      process = startCauseway(['up', '--data-dir', directory, '--output', 'json', ...impatient, ...args]);
      return process.ready;
    },
    close: async () => {
      await process?.stop('SIGKILL');
      rmSync(root, { recursive: true, force: true });
    },
  };
};

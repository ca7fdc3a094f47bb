import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { incarnationOf } from '../storage/lmdb/incarnation.ts';
import { makeDirectory } from '../storage/make-directory.ts';

/** What `status` and `down` need to find a running fleet, kept as run.json in the data directory. Ports outlive the run: a kubeconfig stays true. */
export interface RunState {
  readonly pid: number;
  /** Tells the process from a later one with its pid; empty where the system does not say. */
  readonly incarnation?: string;
  readonly startedAt: string;
  readonly kubeconfig: string;
  /** Port by cluster name. */
  readonly ports: Readonly<Record<string, number>>;
}

const fileName = 'run.json';

/** Undefined when nothing ever ran there, or the file is not readable as what it should be. */
export const readRunState = (dataDirectory: string): RunState | undefined => {
  try {
    return JSON.parse(readFileSync(join(dataDirectory, fileName), 'utf8')) as RunState;
  } catch {
    return undefined;
  }
};

/** Written beside and renamed: a reader never sees half of it. */
export const writeRunState = (dataDirectory: string, state: RunState): void => {
  writePrivateFile(join(dataDirectory, fileName), `${JSON.stringify(state, null, 2)}\n`);
};

/** A file that only its owner can read, replaced as a whole. */
export const writePrivateFile = (path: string, content: string): void => {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeSync(file, content);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
};

/** This process, as a run state names it. */
export const thisProcess = (): Pick<RunState, 'pid' | 'incarnation'> => ({ pid: process.pid, incarnation: incarnationOf(process.pid) });

/** Whether the very process that wrote the state runs, not another one that has its pid now. */
export const isRunning = ({ pid, incarnation }: Pick<RunState, 'pid' | 'incarnation'>): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return incarnation === undefined || incarnationOf(pid) === incarnation;
};

/** The directory, private to its owner. @throws {Error} naming the remedy when it cannot be made or written */
export const prepareDataDirectory = (dataDirectory: string): void => {
  const probe = join(dataDirectory, `.write-test-${process.pid}`);
  try {
    makeDirectory(dataDirectory);
    closeSync(openSync(probe, 'w'));
    rmSync(probe);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const remedies: Record<string, string> = {
      ENOSPC: 'free some space',
      EEXIST: 'name a directory with --data-dir',
      ENOTDIR: 'name a directory with --data-dir',
    };
    const remedy = remedies[code ?? ''] ?? 'make it writable, or name another one with --data-dir';
    throw new Error(`data directory ${dataDirectory}: ${message}: ${remedy}`, { cause: error });
  }
};

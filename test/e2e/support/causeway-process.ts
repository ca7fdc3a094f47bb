import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { builtCli, projectDirectory } from './built-cli.ts';
import type { CommandResult } from '../kubectl.ts';

/** The first line of `up` and `hub` with --output json. */
export interface ReadyLine {
  readonly ready: true;
  readonly hub: { readonly server: string };
  readonly kubeconfig: string;
  readonly members: readonly { readonly name: string; readonly server: string }[];
}

/** A running `causeway up`, `hub` or `agent`. */
export interface CausewayProcess {
  readonly pid: number;
  /** Rejects with what the process said on standard error when it ends before it is ready. */
  readonly ready: Promise<ReadyLine>;
  /** The exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  readonly stderr: () => string;
  readonly running: () => boolean;
  /** Bytes that it holds in memory. */
  readonly residentBytes: () => number;
  /** Sends the signal and waits for the end. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Shell words before the command, such as `ulimit -f 1024;`. */
  readonly shellPrefix?: string;
  /** A script that runs the built CLI its own way. */
  readonly program?: string;
}

/** Starts the built CLI in the background; it is killed when the test run ends, whatever happens. */
export const startCauseway = (args: readonly string[], { env = {}, shellPrefix, program }: StartOptions = {}): CausewayProcess => {
  const command = [process.execPath, program ?? builtCli, ...args];
  const [file, ...rest] = shellPrefix === undefined ? command : ['bash', '-c', `${shellPrefix} exec "$@"`, 'bash', ...command];
  const child = spawn(file!, rest, { cwd: projectDirectory, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr = `${stderr}${chunk}`.slice(-100_000)));
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      children.delete(child);
      resolve(code);
    });
  });
  const ready = new Promise<ReadyLine>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as ReadyLine));
    void ended.then((code) => reject(new Error(`causeway ${args.join(' ')}: ended with ${code} before it was ready: ${stderr}`)));
  });
  ready.catch(() => {});
  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid!,
    ready,
    ended,
    running,
    stderr: () => stderr,
    residentBytes: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
    stop: async (signal = 'SIGTERM') => {
      if (running()) child.kill(signal);
      return ended;
    },
  };
};

/** Runs a command of the built CLI to its end. */
export const runCauseway = async (args: readonly string[]): Promise<CommandResult> => {
  const child = spawn(process.execPath, [builtCli, ...args], { cwd: projectDirectory, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  const [stdout, stderr, code] = await Promise.all([
    collect(child.stdout),
    collect(child.stderr),
    new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? -1))),
  ]);
  children.delete(child);
  return { code, stdout, stderr };
};

const collect = async (stream: NodeJS.ReadableStream): Promise<string> => {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += String(chunk);
  return text;
};

import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { prepareDataDirectory } from '../app/run-state.ts';
import { CliError } from './cli-error.ts';

/**
 * Runs the same command again in the background, without --detach, its log in the data directory; answers once it has printed its first line.
 * @throws CliError when it ends before that
 */
export const runDetached = async (dataDirectory: string): Promise<void> => {
  prepareDataDirectory(dataDirectory);
  const logFile = join(dataDirectory, 'up.log');
  const log = openSync(logFile, 'a', 0o600);
  const [script = '', ...rest] = process.argv.slice(1);
  const child = spawn(process.execPath, [...process.execArgv, script, ...rest.filter((word) => word !== '--detach' && word !== '-d')], {
    detached: true,
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  const printed = await new Promise<boolean>((resolve) => {
    child.stdout?.once('data', (chunk: Buffer) => {
      process.stdout.write(chunk);
      resolve(true);
    });
    child.once('exit', () => resolve(false));
  });
  if (!printed) throw new CliError('the fleet did not start', { remedy: `see ${logFile}` });
  child.stdout?.destroy();
  child.unref();
};

import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
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
  const before = fstatSync(log).size;
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
  if (!printed) throw new CliError(saidSince(logFile, before) || 'the fleet did not start', { remedy: `see ${logFile}` });
  child.stdout?.destroy();
  child.unref();
};

/** The error at the end of what was written to the log since it had this size: `causeway: …`, and what follows. */
const saidSince = (logFile: string, size: number): string => {
  const said = readFileSync(logFile).subarray(size).toString();
  const prefix = 'causeway: ';
  const start = said.startsWith(prefix) ? 0 : said.lastIndexOf(`\n${prefix}`) + 1;
  return said.startsWith(prefix, start) ? said.slice(start + prefix.length).trimEnd() : '';
};

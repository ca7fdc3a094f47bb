import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectDirectory } from './built-cli.ts';

const newest = (directory: string): number =>
  readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .reduce((latest, entry) => Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0);

const builtAt = (): number => {
  try {
    return statSync(join(projectDirectory, 'dist', 'cli', 'bin.js')).mtimeMs;
  } catch {
    return 0;
  }
};

/** Builds today's sources when they are newer than the last build; once, before any test, for it takes longer than most have time. */
export const setup = (): void => {
  if (newest(join(projectDirectory, 'src')) <= builtAt()) return;
  const { status, stdout } = spawnSync(process.execPath, [join(projectDirectory, 'scripts', 'build.mjs')], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`build the CLI: ${stdout}`);
};

import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectDirectory = fileURLToPath(new URL('../../../', import.meta.url));

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

/** The command as users run it: built from today's sources, which are compiled when they are newer than the last build. */
export const builtCli = (): string => {
  if (newest(join(projectDirectory, 'src')) > builtAt()) {
    const { status, stdout } = spawnSync(process.execPath, [join(projectDirectory, 'scripts', 'build.mjs')], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`build the CLI: ${stdout}`);
  }
  return join(projectDirectory, 'bin', 'causeway.mjs');
};

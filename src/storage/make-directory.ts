import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes the directory, and those above it that are missing, private to their owner. Node's own recursive mkdir never ends where a
 * directory exists that nothing can be made in and that says so by ENOENT, as /proc does.
 * @throws the system's error
 */
export const makeDirectory = (path: string): void => {
  const directory = resolve(path);
  if (isDirectory(directory)) return;
  const above = dirname(directory);
  if (above !== directory) makeDirectory(above);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (!isDirectory(directory)) throw error;
  }
};

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

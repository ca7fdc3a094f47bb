import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync, chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeDirectory } from '../../storage/make-directory.ts';

/** Creates the directory, readable by its owner only; tightens one that exists. */
export const ensurePrivateDirectory = (directory: string): void => {
  makeDirectory(directory);
  chmodSync(directory, 0o700);
};

const syncDirectory = (directory: string): void => {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/**
 * Replaces a file so that a crash leaves the old or the new content, never a mixture; readable by its owner only. Not `durable`, for what
 * can be made again: a loss of power may leave an empty file or none, and the disk is not waited for.
 */
export const writeFileAtomically = (path: string, content: string, { durable = true }: { readonly durable?: boolean } = {}): void => {
  const temporary = `${path}.${process.pid}.tmp`;
  const handle = openSync(temporary, 'w', 0o600);
  try {
    writeSync(handle, content);
    if (durable) fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, path);
  if (durable) syncDirectory(dirname(path));
};

/** The file's text, or undefined when there is none: no file, or an empty one. */
export const readFileIfPresent = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8') || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

import { constants, fdatasync, openSync, write } from 'node:fs';

// On Linux one system call writes and waits for the disk; elsewhere O_DSYNC may stop at the disk's own cache.
const synchronous = process.platform === 'linux' ? constants.O_DSYNC : 0;

/** Opens a file, created or emptied, for writeDurably(). */
export const openDurably = (path: string): number =>
  openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | synchronous, 0o600);

/** Resolves when the bytes are on the disk at that position, power loss included. */
export function writeDurably(fd: number, bytes: Buffer, position: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error: Error | null): void => (error ? reject(error) : resolve());
    const writeFrom = (start: number): void =>
      write(fd, bytes, start, bytes.length - start, position + start, (error, written) => {
        if (error) reject(error);
        else if (start + written < bytes.length) writeFrom(start + written);
        else if (synchronous) resolve();
        else fdatasync(fd, settle);
      });
    writeFrom(0);
  });
}

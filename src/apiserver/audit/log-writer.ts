import { mkdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createRotation, type RotationSettings } from './log-rotation.ts';

export interface LogWriter {
  /** Resolves when the operating system has the lines; several calls go together. Rejects when it did not take them. */
  write(lines: string): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  readonly bytes: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Standard output, which nobody rotates. */
const standardOutput: LogWriter = {
  write: (lines) =>
    new Promise((resolve, reject) => {
      process.stdout.write(lines, (error) => (error ? reject(error) : resolve()));
    }),
  close: async () => {},
};

/**
 * A file that grows by lines up to a size; then another is begun. `-` is standard output. `onTidied` hears of failures to compress or
 * remove old files. @throws Error when the directory cannot be made
 */
export const openLogWriter = (
  path: string,
  options: RotationSettings & { readonly maxBytes: number; readonly now: () => number; readonly onTidied?: (error: unknown) => void },
): LogWriter => {
  if (path === '-') return standardOutput;
  const { maxBytes, now, onTidied } = options;
  mkdirSync(dirname(path), { recursive: true });
  const rotation = createRotation(path, options);
  let file: FileHandle | undefined;
  let size = 0;
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let tidying: Promise<void> = Promise.resolve();

  const tidy = (): void => {
    tidying = tidying.then(() => rotation.tidy(now())).catch((error: unknown) => onTidied?.(error));
  };
  const opened = async (): Promise<FileHandle> => {
    if (file) return file;
    file = await open(path, 'a', 0o600);
    ({ size } = await file.stat());
    return file;
  };
  const rotate = async (): Promise<void> => {
    await file?.close();
    file = undefined;
    await rotation.setAside(now());
    tidy();
  };

  /** As many as the present file has room for; one at least. */
  const takeFitting = (): Waiting[] => {
    let count = 0;
    for (let bytes = size; count < waiting.length; count++) {
      bytes += (waiting[count] as Waiting).bytes.length;
      if (bytes > maxBytes && count > 0) break;
    }
    const taken = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return taken;
  };

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      let taken: Waiting[] = [];
      try {
        await opened();
        if (size > 0 && size + (waiting[0] as Waiting).bytes.length > maxBytes) await rotate();
        const target = await opened();
        taken = takeFitting();
        const text = Buffer.concat(taken.map(({ bytes }) => bytes));
        await target.appendFile(text);
        size += text.length;
        for (const { resolve } of taken) resolve();
      } catch (error) {
        // The next try opens the file anew: what was half written counts.
        await file?.close().catch(() => {});
        file = undefined;
        if (taken.length === 0) taken = waiting.splice(0);
        for (const { reject } of taken) reject(error);
      }
    }
    // In the same turn as the last look: whoever comes now begins anew.
    running = undefined;
  };

  /** Never finished before it has begun: `running` is set by then. */
  const start = async (): Promise<void> => {
    await Promise.resolve();
    await run();
  };

  tidy();
  return {
    write: (lines) =>
      new Promise((resolve, reject) => {
        waiting.push({ bytes: Buffer.from(lines), resolve, reject });
        running ??= start();
      }),
    async close() {
      await running;
      await tidying;
      await file?.close();
      file = undefined;
    },
  };
};

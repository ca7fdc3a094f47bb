import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface RotationSettings {
  /** Of the files before: how many and how old they may be; 0 keeps all. */
  readonly maxBackups: number;
  readonly maxAgeDays: number;
  /** They are compressed with gzip. */
  readonly compress: boolean;
}

const dayMilliseconds = 24 * 3600 * 1000;
const compressedSuffix = '.gz';

/** `2026-11-22T21-31-00.000`, as lumberjack names files. */
const stampOf = (now: number): string => new Date(now).toISOString().slice(0, -1).replaceAll(':', '-');
const timeOf = (stamp: string): number =>
  /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}$/.test(stamp)
    ? Date.parse(`${stamp.slice(0, 13)}:${stamp.slice(14, 16)}:${stamp.slice(17)}Z`)
    : Number.NaN;

/** Files that a log was before: `audit-2026-11-22T21-31-00.000.log` for `audit.log`, with `.gz` when compressed. */
export const createRotation = (path: string, { maxBackups, maxAgeDays, compress }: RotationSettings) => {
  const directory = dirname(path);
  const extension = extname(path);
  const prefix = `${basename(path, extension)}-`;
  const backupAt = (now: number): string => join(directory, `${prefix}${stampOf(now)}${extension}`);

  /** When the last one was set aside: names tell their order. */
  let last = 0;

  const gzip = async (name: string): Promise<void> => {
    const from = join(directory, name);
    await pipeline(createReadStream(from), createGzip(), createWriteStream(from + compressedSuffix, { mode: 0o600 }));
    await rm(from);
  };

  return {
    /** The log becomes a file of its own, of another name. */
    async setAside(now: number): Promise<void> {
      let at = Math.max(now, last + 1);
      while (existsSync(backupAt(at)) || existsSync(backupAt(at) + compressedSuffix)) at++;
      last = at;
      await rename(path, backupAt(at));
    },
    /** Removes what is too old or too much, and compresses the rest. */
    async tidy(now: number): Promise<void> {
      const backups = (await readdir(directory))
        .flatMap((name) => {
          const plain = name.endsWith(compressedSuffix) ? name.slice(0, -compressedSuffix.length) : name;
          if (!plain.startsWith(prefix) || !plain.endsWith(extension)) return [];
          const time = timeOf(plain.slice(prefix.length, plain.length - extension.length));
          return Number.isNaN(time) ? [] : [{ name, plain, time }];
        })
        .toSorted((a, b) => b.time - a.time);
      const kept = [...new Set(backups.map(({ plain }) => plain))].slice(0, maxBackups > 0 ? maxBackups : undefined);
      for (const { name, plain, time } of backups) {
        const isOld = maxAgeDays > 0 && now - time > maxAgeDays * dayMilliseconds;
        if (isOld || !kept.includes(plain)) await rm(join(directory, name), { force: true });
        else if (compress && name === plain) await gzip(name);
      }
    },
  };
};

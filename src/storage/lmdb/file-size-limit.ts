import { readFileSync } from 'node:fs';

/** The largest file, in bytes, that the system lets this process write (RLIMIT_FSIZE, `ulimit -f`); Infinity when it does not say. */
export const fileSizeLimit = (limits: () => string = () => readFileSync('/proc/self/limits', 'utf8')): number => {
  try {
    const [, soft = ''] = /^Max file size\s+(\S+)/m.exec(limits()) ?? [];
    return /^\d+$/.test(soft) ? Number(soft) : Infinity;
  } catch {
    return Infinity;
  }
};

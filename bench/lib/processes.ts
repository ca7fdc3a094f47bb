import { readFileSync } from 'node:fs';

/** Linux' clock ticks a second in /proc/PID/stat. */
const ticksPerSecond = 100;

/** User and system time of these processes so far, in seconds. */
export const cpuSeconds = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }, 0);

/** A field of /proc/PID/status (VmRSS, RssAnon) summed over processes, in MB. */
export const memoryMegabytes = (pids: readonly number[], field: 'VmRSS' | 'RssAnon'): number =>
  pids.reduce((sum, pid) => {
    const match = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return sum + (Number(match?.[1] ?? 0) * 1024) / 1e6;
  }, 0);

/** Waits until the processes are quiet: less than a tenth of one core for a second, 15 s at most. */
export const untilQuiet = async (pids: readonly number[]): Promise<void> => {
  for (let round = 0; round < 15; round++) {
    const before = cpuSeconds(pids);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    if (cpuSeconds(pids) - before < 0.1) return;
  }
};

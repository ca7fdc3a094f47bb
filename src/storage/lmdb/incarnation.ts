import { readFileSync, readlinkSync } from 'node:fs';

const exiting = 0x4;

/** Tells a process from a later one with its pid: boot, process namespace and start time on Linux (proc(5)); empty elsewhere, and for a process that is absent or on its way out. */
export function incarnationOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, flags, startTime] = [fields[0] ?? 'X', Number(fields[6]), fields[19]];
    if ('ZX'.includes(state) || (flags & exiting) !== 0) return '';
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')} ${startTime}`;
  } catch {
    return '';
  }
}

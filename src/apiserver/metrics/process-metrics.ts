import { readFileSync, readdirSync } from 'node:fs';
import type { MetricsRegistry } from './contract.ts';

const oneValue = (value: number) => [{ values: [], value }];

/** Soft limit of open files; undefined where /proc is not. */
const openFilesLimit = (): number | undefined => {
  const line = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return line === undefined ? undefined : Number(line);
};

/** Bytes that network interfaces took in and sent, in the process's network namespace. */
const networkBytes = (column: number): number =>
  readFileSync('/proc/self/net/dev', 'utf8')
    .split('\n')
    .slice(2)
    .reduce((sum, line) => sum + Number(line.split(':')[1]?.trim().split(/\s+/)[column] ?? 0), 0);

const virtualMemoryBytes = (): number => Number(/^VmSize:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024;

/** process_*: what every Prometheus client exports about its process. Values without a source on this platform are left out. */
export const collectProcessMetrics = (registry: MetricsRegistry, startedAt: number): void => {
  const add = (name: string, options: { help: string; type?: 'counter'; read: () => number }): void =>
    registry.collect({
      name,
      help: options.help,
      labels: [],
      type: options.type ?? 'gauge',
      collect: () => {
        const value = options.read();
        return Number.isFinite(value) ? oneValue(value) : [];
      },
    });
  add('process_cpu_seconds_total', {
    help: 'Total user and system CPU time spent in seconds.',
    type: 'counter',
    read: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  });
  add('process_resident_memory_bytes', { help: 'Resident memory size in bytes.', read: () => process.memoryUsage.rss() });
  add('process_virtual_memory_bytes', { help: 'Virtual memory size in bytes.', read: virtualMemoryBytes });
  add('process_start_time_seconds', { help: 'Start time of the process since unix epoch in seconds.', read: () => startedAt / 1000 });
  add('process_network_receive_bytes_total', { help: 'Bytes received over the network.', type: 'counter', read: () => networkBytes(0) });
  add('process_network_transmit_bytes_total', { help: 'Bytes sent over the network.', type: 'counter', read: () => networkBytes(8) });
  add('process_open_fds', { help: 'Number of open file descriptors.', read: () => readdirSync('/proc/self/fd').length });
  add('process_max_fds', { help: 'Maximum number of open file descriptors.', read: () => openFilesLimit() ?? Number.NaN });
};

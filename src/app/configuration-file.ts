import { createHash } from 'node:crypto';
import { leaseName } from '../apiserver/bootstrap/identity-lease.ts';
import type { MetricsRegistry } from '../apiserver/metrics/contract.ts';
import type { Logger } from '../controller-runtime/contract.ts';
import { type FollowedFile, followFile } from './followed-file.ts';

export interface ConfigurationFileOptions<T> {
  /** `authentication` or `authorization`. */
  readonly subject: string;
  readonly parse: (text: string) => T;
  readonly metrics: MetricsRegistry;
  readonly log: Logger;
  /** Tells servers apart, as their Leases do. */
  readonly instance: string;
}

/** A configuration that the server follows while it runs, with the metrics that kube-apiserver has of it. @throws {Error} as `parse` does */
export const followConfiguration = <T>(path: string, options: ConfigurationFileOptions<T>): FollowedFile<T> => {
  const { subject, parse, metrics, log, instance } = options;
  const prefix = `apiserver_${subject}_config_controller`;
  const server = `sha256:${createHash('sha256').update(leaseName(instance)).digest('hex')}`;
  const labels = ['apiserver_id_hash', 'status'] as const;
  const reloads = metrics.counter({
    name: `${prefix}_automatic_reloads_total`,
    help: `How often a changed ${subject} configuration was read, by outcome.`,
    labels,
  });
  const last = metrics.gauge({
    name: `${prefix}_automatic_reload_last_timestamp_seconds`,
    help: `When a changed ${subject} configuration was last read, by outcome.`,
    labels,
  });
  const file = followFile(path, {
    parse,
    onReload: (error) => {
      const status = error === undefined ? 'success' : 'failure';
      reloads.with(server, status).inc();
      last.with(server, status).set(Date.now() / 1000);
      if (error === undefined) return log.info(`reloaded ${subject} configuration`, { path });
      log.error(`reload ${subject} configuration: what was there before stays`, { path, error: (error as Error).message });
    },
  });
  metrics.collect({
    name: `${prefix}_last_config_info`,
    help: `The ${subject} configuration that is in use, by its hash.`,
    labels: ['apiserver_id_hash', 'hash'],
    type: 'gauge',
    collect: () => [{ values: [server, file.hash], value: 1 }],
  });
  return file;
};

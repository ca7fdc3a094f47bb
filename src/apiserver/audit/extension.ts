import type { ServerExtensionFactory } from '../extension.ts';
import type { MetricsRegistry } from '../metrics/contract.ts';
import { createAuditor } from './auditor.ts';
import { openBackend } from './open-backend.ts';

/** Auditing, where it is asked for. */
export const auditExtension =
  (metrics: MetricsRegistry): ServerExtensionFactory =>
  ({ options }) => {
    const counter = (name: string, help: string) => metrics.counter({ name: `apiserver_audit_${name}`, help, labels: [] }).with();
    const events = counter('event_total', 'Audit events generated.');
    const rejected = counter('requests_rejected_total', 'Requests rejected because auditing failed.');
    const errors = metrics.counter({
      name: 'apiserver_audit_error_total',
      help: 'Audit events that were lost, by plugin.',
      labels: ['plugin'],
    });
    const levels = metrics.counter({
      name: 'apiserver_audit_level_total',
      help: 'Requests by the level that the audit policy gives them.',
      labels: ['level'],
    });
    const { audit, now } = options;
    const backend =
      audit &&
      openBackend(audit, {
        now,
        onLost(plugin, count, error) {
          if (count > 0) errors.with(plugin).inc(count);
          options.log.warn('audit events lost', { plugin, count, error: error instanceof Error ? error.message : String(error) });
        },
      });
    if (!audit || !backend) return { name: 'audit' };
    return {
      name: 'audit',
      audit: createAuditor(audit.policy, {
        backend,
        now,
        onEvent: () => events.inc(),
        onLevel: (level) => levels.with(level).inc(),
        onRejected: () => rejected.inc(),
      }),
      stop: () => backend.close(),
    };
  };

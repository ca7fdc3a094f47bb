import type { ServerExtensionFactory } from '../extension.ts';
import type { MetricsRegistry } from '../metrics/contract.ts';
import { createAuditor } from './auditor.ts';
import { openAuditLog } from './log-file.ts';

/** The audit log, where one is asked for. */
export const auditExtension =
  (metrics: MetricsRegistry): ServerExtensionFactory =>
  ({ options }) => {
    const events = metrics.counter({ name: 'apiserver_audit_event_total', help: 'Audit events generated.', labels: [] }).with();
    const errors = metrics.counter({
      name: 'apiserver_audit_error_total',
      help: 'Audit events that could not be written, by plugin.',
      labels: ['plugin'],
    });
    metrics
      .counter({
        name: 'apiserver_audit_requests_rejected_total',
        help: 'Requests rejected because auditing failed; none ever is.',
        labels: [],
      })
      .with();
    events.inc(0);
    const { audit } = options;
    if (!audit) return { name: 'audit' };
    const sink = openAuditLog(audit.path, (count) => {
      errors.with('log').inc(count);
      options.log.warn('audit events lost', { count, path: audit.path });
    });
    return {
      name: 'audit',
      audit: createAuditor(audit.policy, { sink, now: options.now, onEvent: () => events.inc() }),
      stop: () => sink.close(),
    };
  };

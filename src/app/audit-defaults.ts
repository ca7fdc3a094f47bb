export {
  type AuditBackendSettings,
  auditModes,
  type AuditMode,
  defaultLogSettings,
  defaultTruncation,
  defaultWebhookSettings,
} from '../apiserver/audit/settings.ts';

import type { AuditPolicy } from './policy.ts';

/** Whether a request waits until its events are stored, and, strictly, fails when the first cannot be. */
export const auditModes = ['batch', 'blocking', 'blocking-strict'] as const;
export type AuditMode = (typeof auditModes)[number];

/** Of mode `batch`. */
export interface BatchSettings {
  /** So many events may wait; more are lost, and counted. */
  readonly bufferSize: number;
  /** Events of one batch. */
  readonly maxSize: number;
  /** A batch that is not full goes after so long. */
  readonly maxWaitSeconds: number;
  /** Batches a second, and how many may go at once after a rest. */
  readonly throttle?: { readonly perSecond: number; readonly burst: number };
}

/** Events that are larger lose the objects of request and answer, and those that still are are lost. */
export interface TruncateSettings {
  readonly maxBatchBytes: number;
  readonly maxEventBytes: number;
}

export interface AuditBackendSettings {
  readonly mode: AuditMode;
  readonly batch: BatchSettings;
  readonly truncate?: TruncateSettings;
}

/** A file of lines. */
export interface AuditLogSettings extends AuditBackendSettings {
  /** `-` is standard output. */
  readonly path: string;
  readonly format: 'json' | 'legacy';
  /** When a file would become larger, another is begun. */
  readonly maxSizeMegabytes: number;
  /** Of the files before: how many and how old they may be; 0 keeps all. */
  readonly maxBackups: number;
  readonly maxAgeDays: number;
  /** They are compressed with gzip. */
  readonly compress: boolean;
}

/** A server that takes EventLists of audit.k8s.io/v1. */
export interface AuditWebhookSettings extends AuditBackendSettings {
  /** Rejects when the server did not take it. */
  readonly post: (body: string, signal: AbortSignal) => Promise<void>;
  readonly initialBackoffSeconds: number;
}

/** What is audited, and where it goes: to each that is given. */
export interface AuditSettings {
  readonly policy: AuditPolicy;
  readonly log?: AuditLogSettings;
  readonly webhook?: AuditWebhookSettings;
}

/** kube-apiserver's defaults. */
export const defaultLogSettings: Omit<AuditLogSettings, 'path'> = {
  mode: 'blocking',
  batch: { bufferSize: 10_000, maxSize: 1, maxWaitSeconds: 0 },
  format: 'json',
  maxSizeMegabytes: 100,
  maxBackups: 0,
  maxAgeDays: 0,
  compress: false,
};

export const defaultWebhookSettings: Omit<AuditWebhookSettings, 'post'> = {
  mode: 'batch',
  batch: { bufferSize: 10_000, maxSize: 400, maxWaitSeconds: 30, throttle: { perSecond: 10, burst: 15 } },
  initialBackoffSeconds: 10,
};

export const defaultTruncation: TruncateSettings = { maxBatchBytes: 10 * 2 ** 20, maxEventBytes: 100 * 2 ** 10 };

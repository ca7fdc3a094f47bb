import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AuditOptions } from '../app/audit-settings.ts';
import {
  type AuditBackendSettings,
  auditModes,
  type AuditMode,
  defaultLogSettings,
  defaultTruncation,
  defaultWebhookSettings,
} from '../app/audit-defaults.ts';
import { CliError } from './cli-error.ts';
import { durationMilliseconds } from '../apimachinery/time/duration.ts';
import { boolean, integerBetween } from './options.ts';

/** The flags of one backend, without its prefix. */
interface BackendFlags {
  readonly Mode: AuditMode;
  readonly BatchBufferSize: number;
  readonly BatchMaxSize: number;
  readonly BatchMaxWait: number;
  readonly BatchThrottleEnable: boolean;
  readonly BatchThrottleQps: number;
  readonly BatchThrottleBurst: number;
  readonly TruncateEnabled: boolean;
  readonly TruncateMaxBatchSize: number;
  readonly TruncateMaxEventSize: number;
}

type Prefixed<P extends string, F> = { readonly [K in keyof F & string as `${P}${K}`]: F[K] };

export interface AuditFlags extends Prefixed<'auditLog', BackendFlags>, Prefixed<'auditWebhook', BackendFlags> {
  readonly auditPolicyFile?: string;
  readonly auditLogPath?: string;
  readonly auditLogFormat: 'json' | 'legacy';
  readonly auditLogMaxsize: number;
  readonly auditLogMaxbackup: number;
  readonly auditLogMaxage: number;
  readonly auditLogCompress: boolean;
  readonly auditWebhookConfigFile?: string;
  readonly auditWebhookInitialBackoff: number;
}

const many = Number.MAX_SAFE_INTEGER;

/** A duration as Go writes it, such as 1m30s; answers seconds. */
const durationSeconds = (text: string): number => {
  try {
    return durationMilliseconds(text) / 1000;
  } catch {
    throw new InvalidArgumentError('It must be a duration such as 10s or 1m30s.');
  }
};

const positiveNumber = (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value < many)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
};

const backendOptions = (prefix: 'audit-log' | 'audit-webhook', { mode, batch }: AuditBackendSettings): Option[] => {
  const of = (name: string, help: string): Option => new Option(`--${prefix}-${name}`, help);
  const throttle = batch.throttle ?? { perSecond: 0, burst: 0 };
  return [
    of('mode <mode>', 'batch: requests do not wait; blocking: they do; blocking-strict: they fail when their first event is not stored')
      .choices(auditModes)
      .default(mode),
    of('batch-buffer-size <events>', 'how many may wait; more are lost').argParser(integerBetween(1, many)).default(batch.bufferSize),
    of('batch-max-size <events>', 'of one batch').argParser(integerBetween(1, many)).default(batch.maxSize),
    of('batch-max-wait <duration>', 'after which a batch goes that is not full')
      .argParser(durationSeconds)
      .default(batch.maxWaitSeconds, `${batch.maxWaitSeconds}s`),
    of('batch-throttle-enable [boolean]', 'limit batches a second')
      .argParser(boolean)
      .default(batch.throttle !== undefined),
    of('batch-throttle-qps <batches>', 'a second').argParser(positiveNumber).default(throttle.perSecond),
    of('batch-throttle-burst <batches>', 'at once, after a rest').argParser(integerBetween(0, many)).default(throttle.burst),
    of('truncate-enabled [boolean]', 'cut events and batches down to a size').argParser(boolean).default(false),
    of('truncate-max-batch-size <bytes>', 'of all events of a batch')
      .argParser(integerBetween(1, many))
      .default(defaultTruncation.maxBatchBytes),
    of('truncate-max-event-size <bytes>', 'of an event; a larger one loses its objects')
      .argParser(integerBetween(1, many))
      .default(defaultTruncation.maxEventBytes),
  ];
};

/** kube-apiserver's flags for auditing, with its defaults. */
export const addAuditOptions = (command: Command): Command =>
  [
    new Option('--audit-policy-file <file>', 'Policy of audit.k8s.io/v1 that says which requests are audited, and how much of them'),
    new Option('--audit-log-path <file>', 'log of requests, a line for each event; - is standard output'),
    new Option('--audit-log-format <format>', 'JSON, or a line of text').choices(['json', 'legacy']).default('json'),
    new Option('--audit-log-maxsize <megabytes>', 'of the log; then another is begun. 0 means 100')
      .argParser(integerBetween(0, many))
      .default(0),
    new Option('--audit-log-maxbackup <files>', 'how many old logs are kept; 0 keeps all').argParser(integerBetween(0, many)).default(0),
    new Option('--audit-log-maxage <days>', 'how long old logs are kept; 0 keeps all').argParser(integerBetween(0, many)).default(0),
    new Option('--audit-log-compress [boolean]', 'compress old logs with gzip').argParser(boolean).default(false),
    ...backendOptions('audit-log', defaultLogSettings),
    new Option('--audit-webhook-config-file <file>', 'kubeconfig whose server takes events, posted as EventLists'),
    new Option('--audit-webhook-initial-backoff <duration>', 'before the first of five tries again')
      .argParser(durationSeconds)
      .default(defaultWebhookSettings.initialBackoffSeconds, '10s'),
    ...backendOptions('audit-webhook', defaultWebhookSettings),
  ].reduce((to, option) => to.addOption(option), command);

const backendSettings = (flags: AuditFlags, prefix: 'auditLog' | 'auditWebhook'): AuditBackendSettings => {
  const of = <K extends keyof BackendFlags>(name: K): BackendFlags[K] =>
    (flags as unknown as Readonly<Record<string, BackendFlags[K]>>)[`${prefix}${name}`] as BackendFlags[K];
  const throttle = { perSecond: of('BatchThrottleQps'), burst: of('BatchThrottleBurst') };
  if (of('Mode') === 'batch' && of('BatchThrottleEnable') && (throttle.perSecond <= 0 || throttle.burst <= 0))
    throw new CliError('auditing: a throttle needs more than 0 batches a second and at once', {
      remedy: 'Give the flags …-batch-throttle-qps and …-batch-throttle-burst.',
      exitCode: 2,
    });
  return {
    mode: of('Mode'),
    batch: {
      bufferSize: of('BatchBufferSize'),
      maxSize: of('BatchMaxSize'),
      maxWaitSeconds: of('BatchMaxWait'),
      ...(of('BatchThrottleEnable') ? { throttle } : {}),
    },
    ...(of('TruncateEnabled')
      ? { truncate: { maxBatchBytes: of('TruncateMaxBatchSize'), maxEventBytes: of('TruncateMaxEventSize') } }
      : {}),
  };
};

/** What the flags say; a policy needs somewhere to go, and what goes somewhere a policy. @throws CliError */
export const auditOf = (flags: AuditFlags): { readonly audit?: AuditOptions } => {
  const { auditPolicyFile, auditLogPath, auditWebhookConfigFile } = flags;
  const isStored = auditLogPath !== undefined || auditWebhookConfigFile !== undefined;
  if (!isStored && auditPolicyFile === undefined) return {};
  if (!isStored || auditPolicyFile === undefined) {
    const missing = isStored ? '--audit-policy-file is not given' : 'neither --audit-log-path nor --audit-webhook-config-file is given';
    throw new CliError(`auditing: ${missing}`, {
      remedy: 'Give --audit-policy-file, and --audit-log-path or --audit-webhook-config-file or both.',
      exitCode: 2,
    });
  }
  return {
    audit: {
      policy: readFileSync(auditPolicyFile, 'utf8'),
      ...(auditLogPath === undefined
        ? {}
        : {
            log: {
              ...backendSettings(flags, 'auditLog'),
              path: auditLogPath,
              format: flags.auditLogFormat,
              maxSizeMegabytes: flags.auditLogMaxsize || defaultLogSettings.maxSizeMegabytes,
              maxBackups: flags.auditLogMaxbackup,
              maxAgeDays: flags.auditLogMaxage,
              compress: flags.auditLogCompress,
            },
          }),
      ...(auditWebhookConfigFile === undefined
        ? {}
        : {
            webhook: {
              ...backendSettings(flags, 'auditWebhook'),
              configFile: auditWebhookConfigFile,
              initialBackoffSeconds: flags.auditWebhookInitialBackoff,
            },
          }),
    },
  };
};

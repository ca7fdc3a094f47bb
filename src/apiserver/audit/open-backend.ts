import { type AuditBackend, createBlockingBackend, createUnionBackend, type OnLost, type StoreEvents } from './backend.ts';
import { createBatchBackend } from './batch-backend.ts';
import { legacyLine } from './legacy-line.ts';
import { openLogWriter } from './log-writer.ts';
import type { AuditBackendSettings, AuditLogSettings, AuditSettings, AuditWebhookSettings } from './settings.ts';
import { truncateEvents } from './truncate-events.ts';
import { createWebhookSender } from './webhook-sender.ts';

export type AuditPlugin = 'buffered' | 'log' | 'truncate' | 'webhook';

export interface BackendOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Hears of events that are lost, and where. */
  readonly onLost: (plugin: AuditPlugin, count: number, error: unknown) => void;
}

const inMode = (
  store: StoreEvents,
  { mode, batch, truncate }: AuditBackendSettings,
  { plugin, onLost }: BackendOptions & { readonly plugin: 'log' | 'webhook' },
): AuditBackend => {
  const lostBy =
    (by: AuditPlugin): OnLost =>
    (count, error) =>
      onLost(by, count, error);
  const sized = truncate ? truncateEvents(store, truncate, lostBy('truncate')) : store;
  if (mode !== 'batch') return createBlockingBackend(sized, { isStrict: mode === 'blocking-strict', onLost: lostBy(plugin) });
  return createBatchBackend(sized, { settings: batch, onLost: lostBy(plugin), onFull: lostBy('buffered') });
};

const megabyte = 2 ** 20;

const openLog = (settings: AuditLogSettings, options: BackendOptions): AuditBackend => {
  const writer = openLogWriter(settings.path, {
    ...settings,
    maxBytes: settings.maxSizeMegabytes * megabyte,
    now: options.now,
    onTidied: (error) => options.onLost('log', 0, error),
  });
  const write: StoreEvents = (entries) =>
    writer.write(entries.map((entry) => `${settings.format === 'json' ? entry.json() : legacyLine(entry.event())}\n`).join(''));
  const backend = inMode(write, settings, { ...options, plugin: 'log' });
  return {
    store: backend.store,
    async close() {
      await backend.close();
      await writer.close();
    },
  };
};

const openWebhook = (settings: AuditWebhookSettings, options: BackendOptions): AuditBackend => {
  const closing = new AbortController();
  const backend = inMode(createWebhookSender(settings, closing.signal), settings, { ...options, plugin: 'webhook' });
  return {
    store: backend.store,
    close() {
      closing.abort();
      return backend.close();
    },
  };
};

/** Where events go by the settings; undefined when nowhere. */
export const openBackend = ({ log, webhook }: AuditSettings, options: BackendOptions): AuditBackend | undefined => {
  const backends = [...(log ? [openLog(log, options)] : []), ...(webhook ? [openWebhook(webhook, options)] : [])];
  return backends.length === 0 ? undefined : createUnionBackend(backends);
};

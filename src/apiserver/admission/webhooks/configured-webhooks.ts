import type { WebhookMeasures, WebhookTypeMeasures } from '../../metrics/webhook-measures.ts';
import type { ObjectCache } from '../../registry/contract.ts';
import { readWebhooks, type Webhook } from './webhook.ts';

/** A webhook with what is reported of it. */
export interface ConfiguredWebhook extends Webhook {
  readonly measures: WebhookMeasures;
}

/** The webhooks of all configurations of one kind as they are now, in the order of the configurations' names. */
export const followWebhooks = (cache: ObjectCache, measures: WebhookTypeMeasures): (() => readonly ConfiguredWebhook[]) => {
  let webhooks: readonly ConfiguredWebhook[] | undefined;
  cache.onChange(() => {
    webhooks = undefined;
    const present = new Map<string, string>();
    for (const configuration of cache.list())
      for (const { name } of readWebhooks([configuration])) if (!present.has(name)) present.set(name, configuration.metadata.uid ?? '');
    measures.keep(present);
  });
  return () => (webhooks ??= readWebhooks(cache.list()).map((webhook) => ({ ...webhook, measures: measures.of(webhook.name) })));
};

import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { isExempt } from '../selection/rules.ts';
import { createNamespaceLookup } from '../selection/selectors.ts';
import { askWebhook } from './ask-webhook.ts';
import { auditFailedOpen } from './audit-webhook.ts';
import { type ConfiguredWebhook, followWebhooks } from './configured-webhooks.ts';
import type { WebhookOptions } from './mutating-webhooks.ts';
import { selectWebhook } from './select-webhook.ts';

const configurations = { group: 'admissionregistration.k8s.io', version: 'v1', resource: 'validatingwebhookconfigurations' };

/** ValidatingAdmissionWebhook: all at once; the first refusal in the order of names is the answer. */
export const validatingWebhooks = (api: InternalApi, { authorizer, onIgnored, measures }: WebhookOptions): AdmissionPlugin => {
  const cache = api.cache(configurations);
  const namespace = createNamespaceLookup(api);
  const webhooks = followWebhooks(cache, measures.webhooks('validating'));

  const ask = async (webhook: ConfiguredWebhook, attributes: AdmissionAttributes, index: number): Promise<void> => {
    const as = await selectWebhook(webhook, attributes, { catalog: api.catalog, namespace, authorizer });
    if (!as) return;
    const ignore = (error: unknown): void => {
      auditFailedOpen(attributes, webhook, { type: 'validating', turn: { round: 0, index } });
      onIgnored(error);
    };
    await askWebhook(api, webhook, { attributes, as, mutating: false, use: () => {}, onIgnored: ignore });
  };

  return {
    name: 'ValidatingAdmissionWebhook',
    handles: (attributes) => cache.list().length > 0 && !isExempt(attributes),
    async validate(attributes) {
      const outcomes = await Promise.allSettled(webhooks().map((webhook, index) => ask(webhook, attributes, index)));
      const refused = outcomes.find((outcome) => outcome.status === 'rejected');
      if (refused) throw refused.reason;
    },
  };
};

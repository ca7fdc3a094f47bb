import { StatusError } from '../../../apimachinery/errors/status-error.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { isExempt } from '../selection/rules.ts';
import { createNamespaceLookup } from '../selection/selectors.ts';
import { callFailure, callWebhook, WebhookCallError } from './call-webhook.ts';
import type { WebhookOptions } from './mutating-webhooks.ts';
import { selectWebhook } from './select-webhook.ts';
import { readWebhooks, type Webhook } from './webhook.ts';

const configurations = { group: 'admissionregistration.k8s.io', version: 'v1', resource: 'validatingwebhookconfigurations' };

/** ValidatingAdmissionWebhook: all at once; the first refusal in the order of names is the answer. */
export const validatingWebhooks = (api: InternalApi, { authorizer, onIgnored }: WebhookOptions): AdmissionPlugin => {
  const cache = api.cache(configurations);
  const namespace = createNamespaceLookup(api);
  let webhooks: readonly Webhook[] | undefined;
  cache.onChange(() => {
    webhooks = undefined;
  });

  const ask = async (webhook: Webhook, attributes: AdmissionAttributes): Promise<void> => {
    const as = await selectWebhook(webhook, attributes, { catalog: api.catalog, namespace, authorizer });
    if (!as) return;
    try {
      await callWebhook(api, webhook, { attributes, as, mutating: false });
    } catch (error) {
      if (error instanceof StatusError) throw error;
      if (!(error instanceof WebhookCallError)) throw callFailure(error instanceof Error ? error.message : String(error));
      if (webhook.failurePolicy !== 'Ignore') throw callFailure(error.message);
      onIgnored(error);
    }
  };

  return {
    name: 'ValidatingAdmissionWebhook',
    handles: (attributes) => cache.list().length > 0 && !isExempt(attributes),
    async validate(attributes) {
      webhooks ??= readWebhooks(cache.list());
      const outcomes = await Promise.allSettled(webhooks.map((webhook) => ask(webhook, attributes)));
      const refused = outcomes.find((outcome) => outcome.status === 'rejected');
      if (refused) throw refused.reason;
    },
  };
};

import type { KindDefinition } from '../../../api/kind-definition.ts';
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

/** In which version a webhook is asked, and which of those asked it is. */
interface Selected {
  readonly as: KindDefinition;
  readonly index: number;
}

/** ValidatingAdmissionWebhook: all at once; the first refusal in the order of names is the answer. */
export const validatingWebhooks = (api: InternalApi, { authorizer, onIgnored, measures }: WebhookOptions): AdmissionPlugin => {
  const cache = api.cache(configurations);
  const namespace = createNamespaceLookup(api);
  const webhooks = followWebhooks(cache, measures.webhooks('validating'));

  const ask = async (webhook: ConfiguredWebhook, attributes: AdmissionAttributes, { as, index }: Selected): Promise<void> => {
    const ignore = (error: unknown): void => {
      auditFailedOpen(attributes, webhook, { type: 'validating', turn: { round: 0, index } });
      onIgnored(error);
    };
    await askWebhook(api, webhook, { attributes, as, mutating: false, use: () => {}, onIgnored: ignore });
  };

  /** Those to be asked; when the conditions of one fail, none is. */
  const select = async (attributes: AdmissionAttributes): Promise<readonly (readonly [ConfiguredWebhook, KindDefinition])[]> => {
    const selected: (readonly [ConfiguredWebhook, KindDefinition])[] = [];
    for (const webhook of webhooks()) {
      const as = await selectWebhook(webhook, attributes, { catalog: api.catalog, namespace, authorizer });
      if (as) selected.push([webhook, as]);
    }
    return selected;
  };

  return {
    name: 'ValidatingAdmissionWebhook',
    handles: (attributes) => cache.list().length > 0 && !isExempt(attributes),
    async validate(attributes) {
      const selected = await select(attributes);
      const outcomes = await Promise.allSettled(selected.map(([webhook, as], index) => ask(webhook, attributes, { as, index })));
      const refused = outcomes.find((outcome) => outcome.status === 'rejected');
      if (refused) throw refused.reason;
    },
  };
};

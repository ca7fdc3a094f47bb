import { StatusError } from '../../../apimachinery/errors/status-error.ts';
import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import type { InternalApi } from '../../registry/contract.ts';
import { createSchemaCache } from '../../registry/registry.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import type { CelVariables } from '../selection/conditions.ts';
import { isExempt } from '../selection/rules.ts';
import { createNamespaceLookup } from '../selection/selectors.ts';
import { callFailure, callWebhook, WebhookCallError } from './call-webhook.ts';
import { patchObject } from './reshape.ts';
import { selectWebhook } from './select-webhook.ts';
import { readWebhooks, type Webhook } from './webhook.ts';

const configurations = { group: 'admissionregistration.k8s.io', version: 'v1', resource: 'mutatingwebhookconfigurations' };

export interface WebhookOptions {
  readonly authorizer: (attributes: AdmissionAttributes) => CelVariables;
  /** A webhook that could not be asked and is ignored. */
  readonly onIgnored: (error: unknown) => void;
}

/**
 * MutatingAdmissionWebhook: one after the other, by name. When one changes the object, the built-in plugins before run again, and those
 * webhooks that ask for it (reinvocationPolicy IfNeeded), once.
 */
export const mutatingWebhooks = (
  api: InternalApi,
  { authorizer, onIgnored, before }: WebhookOptions & { readonly before: readonly AdmissionPlugin[] },
): AdmissionPlugin => {
  const cache = api.cache(configurations);
  const schemaOf = createSchemaCache();
  const namespace = createNamespaceLookup(api);
  let webhooks: readonly Webhook[] | undefined;
  cache.onChange(() => {
    webhooks = undefined;
  });

  const invoke = async (webhook: Webhook, attributes: AdmissionAttributes): Promise<'skipped' | 'unchanged' | 'changed'> => {
    const as = await selectWebhook(webhook, attributes, { catalog: api.catalog, namespace, authorizer });
    if (!as) return 'skipped';
    try {
      const { patch } = await callWebhook(api, webhook, { attributes, as, mutating: true });
      if (patch.length === 0) return 'unchanged';
      if (!attributes.object) {
        const name = goQuote(webhook.name);
        throw callFailure(`admission webhook ${name} attempted to modify the object, which is not supported for this operation`);
      }
      return patchObject(attributes, patch, { as, schemaOf }) ? 'changed' : 'unchanged';
    } catch (error) {
      if (error instanceof StatusError) throw error;
      if (!(error instanceof WebhookCallError)) throw callFailure(error instanceof Error ? error.message : String(error));
      if (webhook.failurePolicy !== 'Ignore') throw callFailure(error.message);
      onIgnored(error);
      return 'unchanged';
    }
  };

  /** The built-in plugins look at what webhooks made of the object. */
  const repeatBuiltIn = async (attributes: AdmissionAttributes): Promise<boolean> => {
    const snapshot = structuredClone(attributes.object);
    for (const plugin of before) if (plugin.admit && plugin.handles(attributes)) await plugin.admit(attributes);
    return !semanticEqual(snapshot, attributes.object);
  };

  return {
    name: 'MutatingAdmissionWebhook',
    handles: (attributes) => cache.list().length > 0 && !isExempt(attributes),
    async admit(attributes) {
      webhooks ??= readWebhooks(cache.list());
      let changed = false;
      const again = new Set<Webhook>();
      const reinvocable: Webhook[] = [];
      for (const webhook of webhooks) {
        const outcome = await invoke(webhook, attributes);
        if (outcome === 'changed') {
          changed = true;
          for (const earlier of reinvocable) again.add(earlier);
        }
        if (outcome !== 'skipped' && webhook.reinvocationPolicy === 'IfNeeded') reinvocable.push(webhook);
      }
      if (!changed) return;
      if (await repeatBuiltIn(attributes)) for (const webhook of reinvocable) again.add(webhook);
      for (const webhook of reinvocable) if (again.has(webhook)) await invoke(webhook, attributes);
    },
  };
};

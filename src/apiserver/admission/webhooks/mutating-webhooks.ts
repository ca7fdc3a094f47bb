import type { JsonPatchOperation } from '../../../apimachinery/patch/json-patch.ts';
import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import type { AdmissionObjectMeasures } from '../../metrics/admission-object-measures.ts';
import type { InternalApi } from '../../registry/contract.ts';
import { kindSentTo } from '../../registry/nested-kinds.ts';
import { createSchemaCache } from '../../registry/registry.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { invocationsOf } from '../reinvocation.ts';
import type { CelVariables } from '../selection/programs.ts';
import { isExempt } from '../selection/rules.ts';
import { createNamespaceLookup } from '../selection/selectors.ts';
import { askWebhook } from './ask-webhook.ts';
import { auditFailedOpen, auditMutation, type Turn } from './audit-webhook.ts';
import { callFailure, remainingSeconds } from './call-webhook.ts';
import { type ConfiguredWebhook, followWebhooks } from './configured-webhooks.ts';
import { patchObject } from './reshape.ts';
import { selectWebhook } from './select-webhook.ts';

const configurations = { group: 'admissionregistration.k8s.io', version: 'v1', resource: 'mutatingwebhookconfigurations' };

export interface WebhookOptions {
  readonly authorizer: (attributes: AdmissionAttributes) => CelVariables;
  /** A webhook that could not be asked and is ignored. */
  readonly onIgnored: (error: unknown) => void;
  readonly measures: AdmissionObjectMeasures;
}

const name = 'MutatingAdmissionWebhook';

/** MutatingAdmissionWebhook: one after the other, by name; those that ask for it (reinvocationPolicy IfNeeded) see later changes, once. */
export const mutatingWebhooks = (api: InternalApi, { authorizer, onIgnored, measures }: WebhookOptions): AdmissionPlugin => {
  const cache = api.cache(configurations);
  const schemaOf = createSchemaCache();
  const namespace = createNamespaceLookup(api);
  const webhooks = followWebhooks(cache, measures.webhooks('admit'));

  const invoke = async (
    webhook: ConfiguredWebhook,
    attributes: AdmissionAttributes,
    turn: Turn,
  ): Promise<'skipped' | 'unchanged' | 'changed'> => {
    const as = await selectWebhook(webhook, attributes, { catalog: api.catalog, namespace, authorizer });
    if (!as) return 'skipped';
    let applied: readonly JsonPatchOperation[] = [];
    let mutated = false;
    const outcome = await askWebhook(api, webhook, {
      attributes,
      as,
      mutating: true,
      use({ patch }) {
        if (patch.length === 0) return 'unchanged';
        if (!attributes.object)
          throw callFailure(
            `admission webhook ${goQuote(webhook.name)} attempted to modify the object, which is not supported for this operation`,
          );
        const sent = kindSentTo(as, attributes.subresource, api.catalog);
        mutated = patchObject(attributes, patch, { as, sent, schemaOf, catalog: api.catalog });
        applied = patch;
        return mutated ? 'changed' : 'unchanged';
      },
      onIgnored(error) {
        auditFailedOpen(attributes, webhook, { type: 'mutation', turn });
        onIgnored(error);
        remainingSeconds(attributes);
      },
    }).finally(() => auditMutation(attributes, webhook, { turn, mutated, patch: applied }));
    return outcome ?? 'unchanged';
  };

  return {
    name,
    handles: (attributes) => cache.list().length > 0 && !isExempt(attributes),
    async admit(attributes) {
      const invocations = invocationsOf(attributes, name);
      invocations.begin(attributes.object);
      for (const [index, webhook] of webhooks().entries()) {
        const key = `${webhook.configuration}/${webhook.name}`;
        if (invocations.skips(key)) continue;
        const outcome = await invoke(webhook, attributes, { round: attributes.reinvocation?.isRepeat ? 1 : 0, index });
        if (outcome === 'changed') invocations.changed();
        if (outcome !== 'skipped' && webhook.reinvocationPolicy === 'IfNeeded') invocations.addReinvocable(key);
      }
      invocations.end(attributes.object);
    },
  };
};

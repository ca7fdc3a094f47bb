import type { CelMeasures } from './cel-measures.ts';
import { createConditionMeasures } from './condition-measures.ts';
import type { MetricsRegistry } from './contract.ts';
import { createPolicyMeasures, type PolicyType, type PolicyTypeMeasures } from './policy-measures.ts';
import { createWebhookMeasures, type WebhookType, type WebhookTypeMeasures } from './webhook-measures.ts';

/** What admission by objects of the API reports: webhooks and policies. Their series go with them. */
export interface AdmissionObjectMeasures {
  readonly webhooks: (type: WebhookType) => WebhookTypeMeasures;
  readonly policies: (type: PolicyType) => PolicyTypeMeasures;
  readonly cel: CelMeasures;
}

export const createAdmissionObjectMeasures = (registry: MetricsRegistry, cel: CelMeasures): AdmissionObjectMeasures => {
  const conditions = createConditionMeasures(registry);
  return { webhooks: createWebhookMeasures(registry, conditions), policies: createPolicyMeasures(registry, conditions), cel };
};

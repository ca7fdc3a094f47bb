import type { OnCallFailure } from './certificate-measures.ts';
import type { CelMeasures } from './cel-measures.ts';
import { createConditionMeasures } from './condition-measures.ts';
import type { MetricsRegistry } from './contract.ts';
import { createPodSecurityMeasures, type PodSecurityMeasures } from './pod-security-measures.ts';
import { createPolicyMeasures, type PolicyType, type PolicyTypeMeasures } from './policy-measures.ts';
import { createWebhookMeasures, type WebhookType, type WebhookTypeMeasures } from './webhook-measures.ts';

/** What admission reports besides its plugins' times. Series of objects of the API (webhooks and policies) go with them. */
export interface AdmissionObjectMeasures {
  readonly webhooks: (type: WebhookType) => WebhookTypeMeasures;
  readonly policies: (type: PolicyType) => PolicyTypeMeasures;
  readonly cel: CelMeasures;
  readonly podSecurity: PodSecurityMeasures;
}

export const createAdmissionObjectMeasures = (
  registry: MetricsRegistry,
  cel: CelMeasures,
  onCallFailure?: OnCallFailure,
): AdmissionObjectMeasures => {
  const conditions = createConditionMeasures(registry);
  return {
    webhooks: createWebhookMeasures(registry, conditions, onCallFailure),
    policies: createPolicyMeasures(registry, conditions),
    cel,
    podSecurity: createPodSecurityMeasures(registry),
  };
};

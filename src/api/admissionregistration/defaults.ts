import type { AnyMatchResources } from './validate-policy.ts';
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding } from './types-v1beta1.gen.ts';
import type {
  MutatingWebhook,
  MutatingWebhookConfiguration,
  RuleWithOperations,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from './types.gen.ts';

const defaultRules = (rules: readonly RuleWithOperations[] | undefined): void => {
  for (const rule of rules ?? []) rule.scope ??= '*';
};

const defaultWebhook = (webhook: MutatingWebhook | ValidatingWebhook): void => {
  webhook.failurePolicy ??= 'Fail';
  webhook.matchPolicy ??= 'Equivalent';
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= 10;
  if (webhook.clientConfig?.service) webhook.clientConfig.service.port ??= 443;
  defaultRules(webhook.rules);
};

export const defaultMutatingWebhookConfiguration = ({ webhooks }: MutatingWebhookConfiguration): void => {
  for (const webhook of webhooks ?? []) {
    defaultWebhook(webhook);
    webhook.reinvocationPolicy ??= 'Never';
  }
};

export const defaultValidatingWebhookConfiguration = ({ webhooks }: ValidatingWebhookConfiguration): void => {
  for (const webhook of webhooks ?? []) defaultWebhook(webhook);
};

const defaultMatchResources = (resources: AnyMatchResources): void => {
  resources.matchPolicy ??= 'Equivalent';
  resources.namespaceSelector ??= {};
  resources.objectSelector ??= {};
  defaultRules(resources.resourceRules);
  defaultRules(resources.excludeResourceRules);
};

export const defaultValidatingAdmissionPolicy = ({ spec }: ValidatingAdmissionPolicy): void => {
  spec.failurePolicy ??= 'Fail';
  if (spec.matchConstraints) defaultMatchResources(spec.matchConstraints);
};

export const defaultValidatingAdmissionPolicyBinding = ({ spec }: ValidatingAdmissionPolicyBinding): void => {
  if (spec.matchResources) defaultMatchResources(spec.matchResources);
};

export const defaultMutatingAdmissionPolicy = ({ spec }: MutatingAdmissionPolicy): void => {
  spec.failurePolicy ??= 'Fail';
  if (spec.matchConstraints) defaultMatchResources(spec.matchConstraints);
};

export const defaultMutatingAdmissionPolicyBinding = ({ spec }: MutatingAdmissionPolicyBinding): void => {
  if (spec.matchResources) defaultMatchResources(spec.matchResources);
};

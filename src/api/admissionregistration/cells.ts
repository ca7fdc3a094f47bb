import { age } from '../cells.ts';
import { cellsOf } from '../typed.ts';
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding } from './types-v1beta1.gen.ts';
import type {
  MutatingWebhookConfiguration,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhookConfiguration,
} from './types.gen.ts';

export const webhookConfigurationCells = cellsOf<MutatingWebhookConfiguration | ValidatingWebhookConfiguration>((configuration, now) => [
  configuration.metadata.name,
  configuration.webhooks?.length ?? 0,
  age(configuration, now),
]);

export const validatingAdmissionPolicyCells = cellsOf<ValidatingAdmissionPolicy>((policy, now) => {
  const { paramKind, validations } = policy.spec;
  return [
    policy.metadata.name,
    validations?.length ?? 0,
    paramKind ? `${paramKind.apiVersion ?? ''}/${paramKind.kind ?? ''}` : '<unset>',
    age(policy, now),
  ];
});

export const mutatingAdmissionPolicyCells = cellsOf<MutatingAdmissionPolicy>((policy, now) => {
  const { paramKind, mutations } = policy.spec;
  return [
    policy.metadata.name,
    mutations?.length ?? 0,
    paramKind ? `${paramKind.apiVersion ?? ''}/${paramKind.kind ?? ''}` : '<unset>',
    age(policy, now),
  ];
});

export const policyBindingCells = cellsOf<ValidatingAdmissionPolicyBinding | MutatingAdmissionPolicyBinding>((binding, now) => {
  const ref = binding.spec.paramRef;
  return [
    binding.metadata.name,
    binding.spec.policyName ?? '',
    ref?.name ? `${ref.namespace || '*'}/${ref.name}` : '<unset>',
    age(binding, now),
  ];
});

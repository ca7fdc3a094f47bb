import { mutatingAdmissionPolicyCells, policyBindingCells, validatingAdmissionPolicyCells, webhookConfigurationCells } from './cells.ts';
import type { GroupBehaviour, KindBehaviour } from '../kind-behaviour.ts';
import { strategyOf } from '../typed.ts';
import {
  defaultMutatingAdmissionPolicy,
  defaultMutatingAdmissionPolicyBinding,
  defaultMutatingWebhookConfiguration,
  defaultValidatingAdmissionPolicy,
  defaultValidatingAdmissionPolicyBinding,
  defaultValidatingWebhookConfiguration,
} from './defaults.ts';
import { validateMutatingPolicy, validateMutatingPolicyBinding } from './validate-mutating-policy.ts';
import { validatePolicy, validatePolicyBinding, validatePolicyStatus } from './validate-policy.ts';
import { validateWebhooks } from './validation.ts';

const group = 'admissionregistration.k8s.io';
const common = { generation: true, allowUnconditionalUpdate: false } as const;

const mutatingPolicies: KindBehaviour = {
  cells: mutatingAdmissionPolicyCells,
  strategy: strategyOf({
    ...common,
    applyDefaults: defaultMutatingAdmissionPolicy,
    validate: validateMutatingPolicy,
    validateUpdate: validateMutatingPolicy,
  }),
};

const mutatingPolicyBindings: KindBehaviour = {
  cells: policyBindingCells,
  strategy: strategyOf({
    ...common,
    applyDefaults: defaultMutatingAdmissionPolicyBinding,
    validate: validateMutatingPolicyBinding,
    validateUpdate: validateMutatingPolicyBinding,
  }),
};

/** v1alpha1 and v1beta1 differ in name only. */
const alpha = (behaviour: KindBehaviour, kind: string, plural: string): KindBehaviour => ({
  ...behaviour,
  storage: {
    group,
    version: 'v1beta1',
    plural,
    toStored: (object) => ({ ...object, apiVersion: `${group}/v1beta1` }),
    fromStored: (object) => ({ ...object, apiVersion: `${group}/v1alpha1` }),
  },
  deprecationWarning: `${group}/v1alpha1 ${kind} is deprecated in v1.35+, unavailable in v1.38+`,
});

export const admissionregistrationKinds: GroupBehaviour = {
  'v1beta1/mutatingadmissionpolicies': mutatingPolicies,
  'v1beta1/mutatingadmissionpolicybindings': mutatingPolicyBindings,
  'v1alpha1/mutatingadmissionpolicies': alpha(mutatingPolicies, 'MutatingAdmissionPolicy', 'mutatingadmissionpolicies'),
  'v1alpha1/mutatingadmissionpolicybindings': alpha(
    mutatingPolicyBindings,
    'MutatingAdmissionPolicyBinding',
    'mutatingadmissionpolicybindings',
  ),
  mutatingwebhookconfigurations: {
    cells: webhookConfigurationCells,
    strategy: strategyOf({
      ...common,
      applyDefaults: defaultMutatingWebhookConfiguration,
      validate: validateWebhooks,
      validateUpdate: validateWebhooks,
    }),
  },
  validatingwebhookconfigurations: {
    cells: webhookConfigurationCells,
    strategy: strategyOf({
      ...common,
      applyDefaults: defaultValidatingWebhookConfiguration,
      validate: validateWebhooks,
      validateUpdate: validateWebhooks,
    }),
  },
  validatingadmissionpolicies: {
    cells: validatingAdmissionPolicyCells,
    strategy: strategyOf({
      ...common,
      applyDefaults: defaultValidatingAdmissionPolicy,
      validate: validatePolicy,
      validateUpdate: validatePolicy,
      validateStatusUpdate: validatePolicyStatus,
    }),
  },
  validatingadmissionpolicybindings: {
    cells: policyBindingCells,
    strategy: strategyOf({
      ...common,
      applyDefaults: defaultValidatingAdmissionPolicyBinding,
      validate: validatePolicyBinding,
      validateUpdate: validatePolicyBinding,
    }),
  },
};

import { validatingAdmissionPolicyBindingCells, validatingAdmissionPolicyCells, webhookConfigurationCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { strategyOf } from '../typed.ts';
import {
  defaultMutatingWebhookConfiguration,
  defaultValidatingAdmissionPolicy,
  defaultValidatingAdmissionPolicyBinding,
  defaultValidatingWebhookConfiguration,
} from './defaults.ts';

import { validatePolicy, validatePolicyBinding } from './validate-policy.ts';
import { validateWebhooks } from './validation.ts';

const common = { generation: true, allowUnconditionalUpdate: false } as const;

export const admissionregistrationKinds: GroupBehaviour = {
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
    }),
  },
  validatingadmissionpolicybindings: {
    cells: validatingAdmissionPolicyBindingCells,
    strategy: strategyOf({
      ...common,
      applyDefaults: defaultValidatingAdmissionPolicyBinding,
      validate: validatePolicyBinding,
      validateUpdate: validatePolicyBinding,
    }),
  },
};

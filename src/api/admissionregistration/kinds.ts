import { validatingAdmissionPolicyBindingCells, validatingAdmissionPolicyCells, webhookConfigurationCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { strategyOf } from '../typed.ts';
import {
  defaultMutatingWebhookConfiguration,
  defaultValidatingAdmissionPolicy,
  defaultValidatingAdmissionPolicyBinding,
  defaultValidatingWebhookConfiguration,
} from './defaults.ts';

const common = { generation: true, allowUnconditionalUpdate: false } as const;

export const admissionregistrationKinds: GroupBehaviour = {
  mutatingwebhookconfigurations: {
    cells: webhookConfigurationCells,
    strategy: strategyOf({ ...common, applyDefaults: defaultMutatingWebhookConfiguration }),
  },
  validatingwebhookconfigurations: {
    cells: webhookConfigurationCells,
    strategy: strategyOf({ ...common, applyDefaults: defaultValidatingWebhookConfiguration }),
  },
  validatingadmissionpolicies: {
    cells: validatingAdmissionPolicyCells,
    strategy: strategyOf({ ...common, applyDefaults: defaultValidatingAdmissionPolicy }),
  },
  validatingadmissionpolicybindings: {
    cells: validatingAdmissionPolicyBindingCells,
    strategy: strategyOf({ ...common, applyDefaults: defaultValidatingAdmissionPolicyBinding }),
  },
};

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
  mutatingwebhookconfigurations: { strategy: strategyOf({ ...common, applyDefaults: defaultMutatingWebhookConfiguration }) },
  validatingwebhookconfigurations: { strategy: strategyOf({ ...common, applyDefaults: defaultValidatingWebhookConfiguration }) },
  validatingadmissionpolicies: { strategy: strategyOf({ ...common, applyDefaults: defaultValidatingAdmissionPolicy }) },
  validatingadmissionpolicybindings: { strategy: strategyOf({ ...common, applyDefaults: defaultValidatingAdmissionPolicyBinding }) },
};

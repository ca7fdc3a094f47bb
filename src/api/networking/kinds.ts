import type { GroupBehaviour } from '../kind-behaviour.ts';
import { strategyOf } from '../typed.ts';
import { defaultIngressClass, defaultNetworkPolicy } from './defaults.ts';

export const networkingKinds: GroupBehaviour = {
  ingresses: { strategy: { generation: true } },
  ingressclasses: { strategy: strategyOf({ generation: true, applyDefaults: defaultIngressClass }) },
  networkpolicies: { strategy: strategyOf({ generation: true, applyDefaults: defaultNetworkPolicy }) },
};

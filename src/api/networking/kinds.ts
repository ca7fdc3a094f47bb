import { ingressCells, ingressClassCells, ipAddressCells, networkPolicyCells, serviceCIDRCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import type { Ingress } from './types.gen.ts';
import { validateIngress, validateNetworkPolicy } from './validation.ts';
import { strategyOf } from '../typed.ts';
import { defaultIngressClass, defaultNetworkPolicy } from './defaults.ts';

export const networkingKinds: GroupBehaviour = {
  ingresses: {
    cells: ingressCells,
    strategy: strategyOf<Ingress>({ generation: true, validate: validateIngress, validateUpdate: validateIngress }),
  },
  ingressclasses: { cells: ingressClassCells, strategy: strategyOf({ generation: true, applyDefaults: defaultIngressClass }) },
  networkpolicies: {
    cells: networkPolicyCells,
    strategy: strategyOf({
      generation: true,
      applyDefaults: defaultNetworkPolicy,
      validate: validateNetworkPolicy,
      validateUpdate: validateNetworkPolicy,
    }),
  },
  ipaddresses: { cells: ipAddressCells },
  servicecidrs: { cells: serviceCIDRCells },
};

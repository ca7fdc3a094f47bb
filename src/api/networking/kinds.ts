import { ingressCells, ingressClassCells, ipAddressCells, networkPolicyCells, serviceCIDRCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { strategyOf } from '../typed.ts';
import { defaultIngressClass, defaultNetworkPolicy } from './defaults.ts';

export const networkingKinds: GroupBehaviour = {
  ingresses: { cells: ingressCells, strategy: { generation: true } },
  ingressclasses: { cells: ingressClassCells, strategy: strategyOf({ generation: true, applyDefaults: defaultIngressClass }) },
  networkpolicies: { cells: networkPolicyCells, strategy: strategyOf({ generation: true, applyDefaults: defaultNetworkPolicy }) },
  ipaddresses: { cells: ipAddressCells },
  servicecidrs: { cells: serviceCIDRCells },
};

import { ingressCells, ingressClassCells, ipAddressCells, networkPolicyCells, serviceCIDRCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import type { IPAddress, Ingress, ServiceCIDR } from './types.gen.ts';
import {
  validateIPAddress,
  validateIPAddressUpdate,
  validateIngress,
  validateIngressClass,
  validateIngressClassUpdate,
  validateNetworkPolicy,
  validateServiceCIDR,
} from './validation.ts';
import { ingressWarnings, networkPolicyWarnings } from './warnings.ts';
import { strategyOf } from '../typed.ts';
import { defaultIngressClass, defaultNetworkPolicy } from './defaults.ts';

export const networkingKinds: GroupBehaviour = {
  ingresses: {
    cells: ingressCells,
    strategy: strategyOf<Ingress>({
      generation: true,
      validate: validateIngress,
      validateUpdate: validateIngress,
      warnings: ingressWarnings,
    }),
  },
  ingressclasses: {
    cells: ingressClassCells,
    strategy: strategyOf({
      generation: true,
      applyDefaults: defaultIngressClass,
      validate: validateIngressClass,
      validateUpdate: validateIngressClassUpdate,
    }),
  },
  networkpolicies: {
    cells: networkPolicyCells,
    strategy: strategyOf({
      generation: true,
      applyDefaults: defaultNetworkPolicy,
      validate: validateNetworkPolicy,
      validateUpdate: validateNetworkPolicy,
      warnings: networkPolicyWarnings,
    }),
  },
  ipaddresses: {
    cells: ipAddressCells,
    strategy: strategyOf<IPAddress>({ validate: validateIPAddress, validateUpdate: validateIPAddressUpdate }),
  },
  servicecidrs: {
    cells: serviceCIDRCells,
    strategy: strategyOf<ServiceCIDR>({ validate: validateServiceCIDR, validateUpdate: validateServiceCIDR }),
  },
};

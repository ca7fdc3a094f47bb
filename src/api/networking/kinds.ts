import { ingressCells, ingressClassCells, ipAddressCells, networkPolicyCells, serviceCIDRCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import type { IPAddress, Ingress, ServiceCIDR } from './types.gen.ts';
import {
  isAddressName,
  validateIPAddress,
  validateIPAddressUpdate,
  validateIngress,
  validateNewIngress,
  validateIngressClass,
  validateIngressClassUpdate,
  validateIngressStatus,
  validateNetworkPolicy,
  validateNetworkPolicyUpdate,
  validateServiceCIDR,
  validateServiceCIDRUpdate,
} from './validation.ts';
import { ingressWarnings, networkPolicyWarnings } from './warnings.ts';
import { strategyOf } from '../typed.ts';
import { defaultIngressClass, defaultNetworkPolicy } from './defaults.ts';

export const networkingKinds: GroupBehaviour = {
  ingresses: {
    cells: ingressCells,
    strategy: strategyOf<Ingress>({
      generation: true,
      validate: validateNewIngress,
      validateUpdate: validateIngress,
      validateStatusUpdate: validateIngressStatus,
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
      validateUpdate: validateNetworkPolicyUpdate,
      warnings: networkPolicyWarnings,
    }),
  },
  ipaddresses: {
    cells: ipAddressCells,
    strategy: strategyOf<IPAddress>({
      nameCheck: isAddressName,
      generateNameCheck: isAddressName,
      validate: validateIPAddress,
      validateUpdate: validateIPAddressUpdate,
    }),
  },
  servicecidrs: {
    cells: serviceCIDRCells,
    strategy: strategyOf<ServiceCIDR>({
      validate: validateServiceCIDR,
      validateUpdate: validateServiceCIDRUpdate,
    }),
  },
};

import type { IngressClass, NetworkPolicy } from './types.gen.ts';

export const defaultNetworkPolicy = ({ spec }: NetworkPolicy): void => {
  for (const { ports } of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) for (const port of ports ?? []) port.protocol ??= 'TCP';
  if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
};

export const defaultIngressClass = ({ spec }: IngressClass): void => {
  if (spec.parameters) spec.parameters.scope ??= 'Cluster';
};

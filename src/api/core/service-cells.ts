import { age, labelsText } from '../cells.ts';
import { cellsOf } from '../typed.ts';
import type { Service } from './types.gen.ts';

/** IPs, else host names, of a load balancer: sorted, each once. */
export const ingressAddresses = (ingress: readonly { readonly ip?: string; readonly hostname?: string }[] | undefined): string[] =>
  [...new Set((ingress ?? []).map(({ ip, hostname }) => ip || hostname || '').filter((address) => address !== ''))].toSorted();

const externalIP = ({ spec, status }: Service): string => {
  const externalIPs = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return externalIPs.join(',') || '<none>';
    case 'LoadBalancer':
      return [...ingressAddresses(status?.loadBalancer?.ingress), ...externalIPs].join(',') || '<pending>';
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return '<unknown>';
  }
};

const ports = ({ spec }: Service): string =>
  (spec.ports ?? []).map(({ port, nodePort, protocol }) => `${nodePort ? `${port}:${nodePort}` : port}/${protocol}`).join(',') || '<none>';

export const serviceCells = cellsOf<Service>((service, now) => [
  service.metadata.name,
  service.spec.type ?? '',
  service.spec.clusterIPs?.[0] ?? '<none>',
  externalIP(service),
  ports(service),
  age(service, now),
  labelsText(service.spec.selector),
]);

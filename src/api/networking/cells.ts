import { age, selectorText } from '../cells.ts';
import { ingressAddresses } from '../core/service-cells.ts';
import { cellsOf } from '../typed.ts';
import type { IPAddress, Ingress, IngressClass, NetworkPolicy, ServiceCIDR } from './types.gen.ts';

/** Up to three host names; `*` when no rule names one. */
const hosts = ({ spec }: Ingress): string => {
  const rules = spec.rules ?? [];
  const shown: string[] = [];
  let more = false;
  for (const { host } of rules) {
    if (shown.length === 3) more = true;
    if (!more && host) shown.push(host);
  }
  if (shown.length === 0) return '*';
  return more ? `${shown.join(',')} + ${rules.length - 3} more...` : shown.join(',');
};

export const ingressCells = cellsOf<Ingress>((ingress, now) => [
  ingress.metadata.name,
  ingress.spec.ingressClassName ?? '<none>',
  hosts(ingress),
  ingressAddresses(ingress.status?.loadBalancer?.ingress).join(','),
  ingress.spec.tls?.length ? '80, 443' : '80',
  age(ingress, now),
]);

export const ingressClassCells = cellsOf<IngressClass>((ingressClass, now) => {
  const { controller, parameters } = ingressClass.spec;
  const group = parameters?.apiGroup === undefined ? '' : `.${parameters.apiGroup}`;
  return [
    ingressClass.metadata.name,
    controller ?? '',
    parameters ? `${parameters.kind}${group}/${parameters.name}` : '<none>',
    age(ingressClass, now),
  ];
});

export const ipAddressCells = cellsOf<IPAddress>((address, now) => {
  const ref = address.spec.parentRef;
  const resource = `${ref?.resource ?? ''}${ref?.group ? `.${ref.group}` : ''}`.toLowerCase();
  const parent = ref ? [resource, ...(ref.namespace ? [ref.namespace] : []), ref.name].join('/') : '<none>';
  return [address.metadata.name, parent, age(address, now)];
});

export const networkPolicyCells = cellsOf<NetworkPolicy>((policy, now) => [
  policy.metadata.name,
  selectorText(policy.spec.podSelector ?? {}),
  age(policy, now),
]);

export const serviceCIDRCells = cellsOf<ServiceCIDR>((range, now) => [
  range.metadata.name,
  (range.spec.cidrs ?? []).join(','),
  age(range, now),
]);

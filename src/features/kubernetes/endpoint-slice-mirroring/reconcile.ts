import type { EndpointAddress, Endpoints, EndpointSubset } from '../../../api/core/types.gen.ts';
import type { Endpoint } from '../../../api/discovery/types.gen.ts';
import type { AddressType, EndpointGroup } from '../endpoint-slice/endpoint.ts';

/** Of one subset, in all; the rest of a larger one is not mirrored, as the original. */
const maxPerSubset = 1000;
const skipLabel = 'endpointslice.kubernetes.io/skip-mirror';
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const triggerTime = 'endpoints.kubernetes.io/last-change-trigger-time';
const managedByLabel = 'endpoints.kubernetes.io/managed-by';

/** Not those that say so, that elect leaders, or that the endpoints controller made itself. */
export const isMirrored = ({ metadata }: Endpoints): boolean =>
  metadata.labels?.[skipLabel] !== 'true' &&
  metadata.annotations?.[leaderAnnotation] === undefined &&
  metadata.labels?.[managedByLabel] !== 'endpoint-controller';

/** The Endpoints' own annotations, without those about it alone. */
export const mirroredAnnotations = ({ metadata }: Endpoints): Record<string, string> => {
  const { [lastApplied]: _applied, [triggerTime]: _time, ...annotations } = metadata.annotations ?? {};
  return annotations;
};

const endpointOf = ({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(hostname ? { hostname } : {}),
  ...(nodeName ? { nodeName } : {}),
  ...(targetRef ? { targetRef } : {}),
});

const isOf = (type: AddressType, { ip }: EndpointAddress): boolean => ip.includes(':') === (type === 'IPv6');

const portsOf = ({ ports }: EndpointSubset): EndpointGroup['ports'] =>
  (ports ?? []).map(({ name = '', port, protocol = 'TCP', appProtocol }) => ({
    name,
    port,
    protocol,
    ...(appProtocol ? { appProtocol } : {}),
  }));

/** The endpoints of every subset by address family, not ready ones first as the original has them. */
export const mirroredGroups = ({ subsets }: Endpoints): EndpointGroup[] => {
  const groups = new Map<string, { addressType: AddressType; ports: EndpointGroup['ports']; endpoints: Endpoint[] }>();
  for (const subset of subsets ?? []) {
    const all = [
      ...(subset.notReadyAddresses ?? []).map((address) => ({ address, ready: false })),
      ...(subset.addresses ?? []).map((address) => ({ address, ready: true })),
    ].slice(0, maxPerSubset);
    for (const addressType of ['IPv4', 'IPv6'] as const) {
      const endpoints = all.filter(({ address }) => isOf(addressType, address)).map(({ address, ready }) => endpointOf(address, ready));
      if (endpoints.length === 0) continue;
      const ports = portsOf(subset);
      const key = JSON.stringify([addressType, ports]);
      const group = groups.get(key) ?? { addressType, ports, endpoints: [] };
      group.endpoints.push(...endpoints);
      groups.set(key, group);
    }
  }
  return [...groups.values()];
};

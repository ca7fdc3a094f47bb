import type { EndpointAddress, EndpointPort, EndpointSubset, Pod, Service } from '../../../api/core/types.gen.ts';
import { isEndpoint, portsOn } from '../endpoint-slice/endpoint.ts';
import { isReady, isTerminating } from '../common/pod-state.ts';

/** The original keeps no more than this many addresses and says so in an annotation. */
export const maxAddresses = 1000;

const addressOf = (service: Service, pod: Pod): EndpointAddress => ({
  ip: pod.status?.podIP ?? '',
  ...(pod.spec.hostname && pod.spec.subdomain === service.metadata.name ? { hostname: pod.spec.hostname } : {}),
  ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
  targetRef: { kind: 'Pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name, uid: pod.metadata.uid ?? '' },
});

const byIp = (a: EndpointAddress, b: EndpointAddress): number => (a.ip < b.ip ? -1 : 1);

/** The subsets of a service's Endpoints: pods with the same ports together, ready and not ready apart. */
export const subsetsOf = (service: Service, pods: readonly Pod[]): EndpointSubset[] => {
  const subsets = new Map<string, { ports: EndpointPort[]; addresses: EndpointAddress[]; notReadyAddresses: EndpointAddress[] }>();
  for (const pod of pods) {
    const tolerant = service.spec.publishNotReadyAddresses === true;
    if (!isEndpoint(pod) || (isTerminating(pod) && !tolerant)) continue;
    const ports = portsOn(service, pod).map(({ name, port, protocol, appProtocol }) => ({
      port: port ?? 0,
      ...(name ? { name } : {}),
      ...(protocol ? { protocol } : {}),
      ...(appProtocol ? { appProtocol } : {}),
    }));
    if (ports.length === 0 && (service.spec.ports?.length ?? 0) > 0) continue;
    const subset = subsets.get(JSON.stringify(ports)) ?? { ports, addresses: [], notReadyAddresses: [] };
    (isReady(pod) || tolerant ? subset.addresses : subset.notReadyAddresses).push(addressOf(service, pod));
    subsets.set(JSON.stringify(ports), subset);
  }
  return [...subsets.values()].map(({ ports, addresses, notReadyAddresses }) => ({
    ...(addresses.length > 0 ? { addresses: addresses.toSorted(byIp).slice(0, maxAddresses) } : {}),
    ...(notReadyAddresses.length > 0 ? { notReadyAddresses: notReadyAddresses.toSorted(byIp).slice(0, maxAddresses) } : {}),
    ...(ports.length > 0 ? { ports } : {}),
  }));
};

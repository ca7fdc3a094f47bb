import type { Node, Pod, Service } from '../../../api/core/types.gen.ts';
import type { Endpoint, EndpointPort } from '../../../api/discovery/types.gen.ts';
import { isReady, isTerminal, isTerminating } from '../common/pod-state.ts';

export type AddressType = 'IPv4' | 'IPv6';

/** Endpoints of one service, one address family and one set of ports: what shares slices. */
export interface EndpointGroup {
  readonly addressType: AddressType;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export const addressTypesOf = ({ spec }: Service): readonly AddressType[] => {
  const families = (spec.ipFamilies ?? []).filter((family) => family !== '');
  return families.length > 0 ? families : ['IPv4'];
};

/** The container port a service port means on this pod; undefined when the pod has no port of that name. */
const targetPortOf = (pod: Pod, { targetPort, port, protocol }: NonNullable<Service['spec']['ports']>[number]): number | undefined => {
  if (typeof targetPort === 'number' && targetPort > 0) return targetPort;
  if (typeof targetPort !== 'string' || targetPort === '') return port;
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')];
  const named = containers.flatMap(({ ports }) => ports ?? []);
  return named.find((candidate) => candidate.name === targetPort && (candidate.protocol ?? 'TCP') === (protocol ?? 'TCP'))?.containerPort;
};

export const portsOn = (service: Service, pod: Pod): EndpointPort[] =>
  (service.spec.ports ?? []).flatMap((servicePort) => {
    const port = targetPortOf(pod, servicePort);
    if (port === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    return [{ name, port, protocol, ...(appProtocol ? { appProtocol } : {}) }];
  });

const ipOf = ({ status }: Pod, type: AddressType): string | undefined =>
  (status?.podIPs ?? (status?.podIP ? [{ ip: status.podIP }] : []))
    .map(({ ip }) => ip)
    .find((ip) => ip.includes(':') === (type === 'IPv6'));

const endpointOf = (
  service: Service,
  pod: Pod,
  { address, node }: { readonly address: string; readonly node: Node | undefined },
): Endpoint => {
  const terminating = isTerminating(pod);
  const serving = isReady(pod);
  const ready = (serving && !terminating) || service.spec.publishNotReadyAddresses === true;
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'];
  const hasHostname =
    pod.spec.hostname && pod.spec.subdomain === service.metadata.name && pod.metadata.namespace === service.metadata.namespace;
  return {
    addresses: [address],
    conditions: { ready, serving, terminating },
    ...(hasHostname ? { hostname: pod.spec.hostname ?? '' } : {}),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: { kind: 'Pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name, uid: pod.metadata.uid ?? '' },
    ...(zone ? { zone } : {}),
  };
};

/** Pods that have an address and are not finished; terminating ones are served as such until they are gone. */
export const isEndpoint = (pod: Pod): boolean => Boolean(pod.status?.podIP) && !isTerminal(pod);

/** The endpoints of a service, grouped by family and ports. A family without pods has one empty group. */
export const groupEndpoints = (service: Service, pods: readonly Pod[], nodeOf: (name: string) => Node | undefined): EndpointGroup[] =>
  addressTypesOf(service).flatMap((addressType) => {
    const groups = new Map<string, { ports: EndpointPort[]; endpoints: Endpoint[] }>();
    for (const pod of pods) {
      const address = isEndpoint(pod) ? ipOf(pod, addressType) : undefined;
      if (!address) continue;
      const ports = portsOn(service, pod);
      const group = groups.get(JSON.stringify(ports)) ?? { ports, endpoints: [] };
      group.endpoints.push(endpointOf(service, pod, { address, node: nodeOf(pod.spec.nodeName ?? '') }));
      groups.set(JSON.stringify(ports), group);
    }
    if (groups.size === 0) return [{ addressType, ports: [], endpoints: [] }];
    return [...groups.values()].map((group) => ({ addressType, ...group }));
  });

import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';

export interface ServicePort {
  port: number;
  protocol?: string;
  nodePort?: number;
}

export interface ServiceSpec {
  type?: string;
  clusterIP?: string;
  clusterIPs?: string[];
  ipFamilies?: string[];
  ipFamilyPolicy?: string;
  ports?: ServicePort[];
  selector?: Record<string, string>;
  externalTrafficPolicy?: string;
  healthCheckNodePort?: number;
  allocateLoadBalancerNodePorts?: boolean;
  loadBalancerClass?: string;
  externalIPs?: string[];
  internalTrafficPolicy?: string;
}

export const specOf = (service: UnstructuredObject): ServiceSpec => (service['spec'] ??= {}) as ServiceSpec;

export const isHeadless = ({ clusterIP, clusterIPs }: ServiceSpec): boolean => clusterIP === 'None' || clusterIPs?.[0] === 'None';

/** Every type but ExternalName has a cluster IP (headless ones the word None). */
export const needsClusterIp = ({ type }: ServiceSpec): boolean => type !== 'ExternalName';

export const needsNodePort = ({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);

export const needsHealthCheckPort = ({ type, externalTrafficPolicy }: ServiceSpec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';

export const nodePortsOf = ({ ports, healthCheckNodePort }: ServiceSpec): number[] => [
  ...new Set([...(ports ?? []).flatMap(({ nodePort }) => nodePort || []), ...(healthCheckNodePort ? [healthCheckNodePort] : [])]),
];

export const addressesOf = (spec: ServiceSpec): string[] =>
  needsClusterIp(spec)
    ? [...new Set([...(spec.clusterIPs ?? []), ...(spec.clusterIP ? [spec.clusterIP] : [])])].filter((ip) => ip !== 'None' && ip !== '')
    : [];

const isExternal = ({ type, externalIPs }: ServiceSpec): boolean =>
  type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && Boolean(externalIPs?.length));
const isLoadBalancer = ({ type }: ServiceSpec): boolean => type === 'LoadBalancer';

/** Fields that only some types have: they go with the type, unless the update changed them too (then validation speaks). */
const typeDependent: readonly (readonly [keyof ServiceSpec, (spec: ServiceSpec) => boolean])[] = [
  ['externalTrafficPolicy', isExternal],
  ['allocateLoadBalancerNodePorts', isLoadBalancer],
  ['loadBalancerClass', isLoadBalancer],
  ['internalTrafficPolicy', needsClusterIp],
];

/** An update that leaves out what was allocated keeps it; one that changes the type drops what the new type has no use for. */
export const carryOver = (spec: ServiceSpec, old: ServiceSpec): void => {
  if (needsClusterIp(spec) && needsClusterIp(old)) {
    // A client that knows the singular only: the plural follows, or comes back.
    if (spec.clusterIP !== old.clusterIP && jsonEqual(spec.clusterIPs, old.clusterIPs)) {
      if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
      else delete spec.clusterIPs;
    } else if (spec.clusterIP === old.clusterIP && !spec.clusterIPs?.length && old.clusterIPs) spec.clusterIPs = [...old.clusterIPs];
    if (!spec.clusterIP && !spec.clusterIPs?.length) {
      if (old.clusterIP) spec.clusterIP = old.clusterIP;
      if (old.clusterIPs) spec.clusterIPs = [...old.clusterIPs];
    }
    spec.ipFamilies ??= [...(old.ipFamilies ?? [])];
    if (old.ipFamilyPolicy) spec.ipFamilyPolicy ??= old.ipFamilyPolicy;
  } else if (!needsClusterIp(spec) && needsClusterIp(old) && spec.clusterIP === old.clusterIP) {
    delete spec.clusterIP;
    delete spec.clusterIPs;
    delete spec.ipFamilies;
    delete spec.ipFamilyPolicy;
  }
  if (needsNodePort(spec) && needsNodePort(old)) {
    const before = new Map((old.ports ?? []).map(({ port, protocol, nodePort }) => [`${protocol}/${port}`, nodePort]));
    const used = new Set(nodePortsOf(spec));
    for (const port of spec.ports ?? []) {
      const kept = before.get(`${port.protocol}/${port.port}`);
      if (!port.nodePort && kept && !used.has(kept)) port.nodePort = kept;
    }
  } else if (!needsNodePort(spec) && needsNodePort(old)) {
    const before = new Set(nodePortsOf(old));
    for (const port of spec.ports ?? []) if (port.nodePort && before.has(port.nodePort)) delete port.nodePort;
  }
  for (const [field, applies] of typeDependent) if (applies(old) && !applies(spec) && spec[field] === old[field]) delete spec[field];
  if (needsHealthCheckPort(spec) && needsHealthCheckPort(old)) {
    if (old.healthCheckNodePort) spec.healthCheckNodePort ||= old.healthCheckNodePort;
  } else if (!needsHealthCheckPort(spec) && spec.healthCheckNodePort === old.healthCheckNodePort) delete spec.healthCheckNodePort;
};

/** A client that knows the singular only: the plural follows. */
export const normalizeAddresses = (spec: ServiceSpec): void => {
  if (needsClusterIp(spec) && spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
};

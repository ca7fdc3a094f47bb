import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';

export interface ServicePort {
  name?: string;
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

/** Types whose ports may be reached at every node. */
export const mayHaveNodePorts = ({ type }: ServiceSpec): boolean => type === 'NodePort' || type === 'LoadBalancer';

/** Ports that say no node port get one. */
export const needsNodePorts = ({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);

export const needsHealthCheckPort = ({ type, externalTrafficPolicy }: ServiceSpec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';

const portsOf = ({ ports }: ServiceSpec): number[] => (ports ?? []).flatMap(({ nodePort }) => nodePort || []);

export const nodePortsOf = (spec: ServiceSpec): number[] => [
  ...new Set([...portsOf(spec), ...(spec.healthCheckNodePort ? [spec.healthCheckNodePort] : [])]),
];

export const addressesOf = (spec: ServiceSpec): string[] =>
  needsClusterIp(spec)
    ? [...new Set([...(spec.clusterIPs ?? []), ...(spec.clusterIP ? [spec.clusterIP] : [])])].filter((ip) => ip !== 'None' && ip !== '')
    : [];

/** Node ports that are left out come back by the names of their ports. */
const keepNodePorts = (spec: ServiceSpec, old: ServiceSpec): void => {
  const sent = new Set(portsOf(spec));
  const used = new Set(portsOf(old).filter((port) => sent.has(port)));
  const byName = new Map((old.ports ?? []).map(({ name = '', nodePort }) => [name, nodePort]));
  for (const port of spec.ports ?? []) {
    const kept = byName.get(port.name ?? '');
    if (!port.nodePort && kept && !used.has(kept)) port.nodePort = kept;
  }
};

/** An update that leaves out what was allocated keeps it. */
export const keepAllocated = (spec: ServiceSpec, old: ServiceSpec): void => {
  if (needsClusterIp(spec) && needsClusterIp(old)) {
    if (!spec.clusterIP && old.clusterIP) spec.clusterIP = old.clusterIP;
    if (!spec.clusterIPs?.length && old.clusterIPs) spec.clusterIPs = [...old.clusterIPs];
  }
  if (needsNodePorts(spec) && needsNodePorts(old)) keepNodePorts(spec, old);
  if (needsHealthCheckPort(spec) && needsHealthCheckPort(old) && old.healthCheckNodePort) {
    spec.healthCheckNodePort ||= old.healthCheckNodePort;
  }
};

/** A client that knows the singular only: the plural follows. */
export const normalizeAddresses = (spec: ServiceSpec, old: ServiceSpec | undefined): void => {
  const { clusterIP } = spec;
  if (!old) {
    if (clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [clusterIP];
    return;
  }
  const sameBefore = jsonEqual(spec.clusterIPs ?? [], old.clusterIPs ?? []);
  if ((old.clusterIP ?? '') === (clusterIP ?? '')) {
    if (old.clusterIPs?.length && !spec.clusterIPs?.length) spec.clusterIPs = [...old.clusterIPs];
  } else if (sameBefore && clusterIP) spec.clusterIPs = [clusterIP];
};

const isExternal = (spec: ServiceSpec): boolean =>
  mayHaveNodePorts(spec) || (spec.type === 'ClusterIP' && Boolean(spec.externalIPs?.length));
const isLoadBalancer = ({ type }: ServiceSpec): boolean => type === 'LoadBalancer';

/** Fields that only some types have, and for which. */
const typeDependent: readonly (readonly [keyof ServiceSpec, (spec: ServiceSpec) => boolean])[] = [
  ['healthCheckNodePort', needsHealthCheckPort],
  ['allocateLoadBalancerNodePorts', isLoadBalancer],
  ['loadBalancerClass', isLoadBalancer],
  ['externalTrafficPolicy', isExternal],
];

/** A change of type drops what the new type has no use for, unless the update changed it too: then validation speaks. */
export const dropTypeDependent = (spec: ServiceSpec, old: ServiceSpec): void => {
  if (needsClusterIp(old) && !needsClusterIp(spec)) {
    if (spec.clusterIP === old.clusterIP && jsonEqual(spec.clusterIPs ?? [], old.clusterIPs ?? [])) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (jsonEqual(spec.ipFamilies, old.ipFamilies)) delete spec.ipFamilies;
    if (spec.ipFamilyPolicy === old.ipFamilyPolicy) delete spec.ipFamilyPolicy;
  }
  if (mayHaveNodePorts(old) && !mayHaveNodePorts(spec)) {
    const before = new Set(portsOf(old));
    if (portsOf(spec).every((port) => before.has(port))) for (const port of spec.ports ?? []) delete port.nodePort;
  }
  for (const [field, applies] of typeDependent) if (applies(old) && !applies(spec) && spec[field] === old[field]) delete spec[field];
};

import { isIP } from 'node:net';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { validateLegacyCidr, validateLegacyIp } from '../../apimachinery/validation/ip.ts';
import { isDns1123Label, isDns1123Subdomain, isLabelKey } from '../../apimachinery/validation/names.ts';
import { validateLabels } from '../../apimachinery/validation/object-meta.ts';
import { isPortNumber } from '../../apimachinery/validation/values.ts';
import { checked, childPath, each, invalids, oneOf, optionalOneOf, portNumberOrName } from '../checks.ts';
import { endpointIP } from './validate-endpoints.ts';
import type { Service, ServicePort } from './types.gen.ts';
import { validateClusterIPs } from './validate-service-ips.ts';

const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const isHeadless = ({ spec }: Service): boolean => spec.clusterIP === 'None';

const validatePorts = (service: Service): FieldError[] => {
  const { ports } = service.spec;
  const names = new Set<string>();
  const errors = each(ports, 'spec.ports', (port, path) => {
    const own: FieldError[] = [];
    if (!port.name && (ports?.length ?? 0) > 1) own.push(required(childPath(path, 'name')));
    else if (port.name) {
      own.push(...checked(isDns1123Label, port.name, childPath(path, 'name')));
      if (names.has(port.name)) own.push(duplicate(childPath(path, 'name'), port.name));
      names.add(port.name);
    }
    own.push(...invalids(childPath(path, 'port'), port.port, isPortNumber(port.port)));
    own.push(...oneOf(port.protocol, ['SCTP', 'TCP', 'UDP'], childPath(path, 'protocol')));
    own.push(...portNumberOrName(port.targetPort, childPath(path, 'targetPort')));
    return port.appProtocol === undefined ? own : [...own, ...checked(isLabelKey, port.appProtocol, childPath(path, 'appProtocol'))];
  });
  return errors;
};

/** What ports say in view of the service's type and of each other. */
const validatePortUse = ({ spec }: Service): FieldError[] => [
  ...(spec.type === 'ClusterIP'
    ? each(spec.ports, 'spec.ports', ({ nodePort }, path) =>
        nodePort ? [forbiddenField(childPath(path, 'nodePort'), "may not be used when `type` is 'ClusterIP'")] : [],
      )
    : []),
  ...repeatedPorts(spec.ports),
];

const repeatedPorts = (ports: readonly ServicePort[] | undefined): FieldError[] => {
  const [seen, nodePorts] = [new Set<string>(), new Set<string>()];
  const isNew = (set: Set<string>, key: string): boolean => set.size < set.add(key).size;
  return [
    ...each(ports, 'spec.ports', ({ protocol = '', nodePort }, path) =>
      !nodePort || isNew(nodePorts, `${protocol}/${nodePort}`) ? [] : [duplicate(childPath(path, 'nodePort'), nodePort)],
    ),
    ...each(ports, 'spec.ports', ({ protocol = '', port }, path) =>
      isNew(seen, `${protocol}/${port}`)
        ? []
        : [duplicate(path, { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 })],
    ),
  ];
};

const validateExternalName = ({ spec }: Service): FieldError[] => {
  if (spec.type !== 'ExternalName') return [];
  const errors: FieldError[] = [];
  const message = 'may not be set for ExternalName services';
  if (spec.clusterIPs?.length || spec.clusterIP) errors.push(forbiddenField('spec.clusterIPs', message));
  if (spec.ipFamilies?.length) errors.push(forbiddenField('spec.ipFamilies', message));
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbiddenField('spec.ipFamilyPolicy', message));
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  return [...errors, ...(name ? checked(isDns1123Subdomain, name, 'spec.externalName') : [required('spec.externalName')])];
};

const validateTraffic = ({ spec }: Service): FieldError[] => {
  const errors: FieldError[] = [];
  const isExternal = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  const hasExternal = isExternal || (spec.type === 'ClusterIP' && Boolean(spec.externalIPs?.length));
  if (spec.externalTrafficPolicy) {
    if (!hasExternal) {
      const message = 'may only be set for externally-accessible services';
      errors.push(invalid('spec.externalTrafficPolicy', spec.externalTrafficPolicy, message));
    } else errors.push(...oneOf(spec.externalTrafficPolicy, ['Cluster', 'Local'], 'spec.externalTrafficPolicy'));
  } else if (hasExternal) errors.push(required('spec.externalTrafficPolicy'));
  errors.push(...optionalOneOf(spec.internalTrafficPolicy, ['Cluster', 'Local'], 'spec.internalTrafficPolicy'));
  if (spec.healthCheckNodePort && (spec.type !== 'LoadBalancer' || spec.externalTrafficPolicy !== 'Local')) {
    const message = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid('spec.healthCheckNodePort', spec.healthCheckNodePort, message));
  } else if (spec.healthCheckNodePort) {
    errors.push(...invalids('spec.healthCheckNodePort', spec.healthCheckNodePort, isPortNumber(spec.healthCheckNodePort)));
  }
  return [...errors, ...optionalOneOf(spec.trafficDistribution, distributions, 'spec.trafficDistribution')];
};

const lbOnly = "may only be used when `type` is 'LoadBalancer'";
const rangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/** What the annotation says that was there before the field. */
const validateRangesAnnotation = ({ metadata, spec }: Service): FieldError[] => {
  const text = metadata.annotations?.[rangesAnnotation];
  if (text === undefined || spec.loadBalancerSourceRanges?.length) return [];
  const path = `metadata.annotations[${rangesAnnotation}]`;
  const ranges = text.trim() === '' ? [] : text.trim().split(',');
  return [
    ...(spec.type === 'LoadBalancer' ? [] : [forbiddenField(path, lbOnly)]),
    ...ranges.flatMap((range) => validateLegacyCidr(range.trim(), path)),
  ];
};

const hintsAnnotation = 'service.kubernetes.io/topology-aware-hints';
const modeAnnotation = 'service.kubernetes.io/topology-mode';

/** Two annotations for one thing. */
const validateTopologyAnnotations = ({ metadata: { annotations = {} } }: Service): FieldError[] => {
  const [hints, mode] = [annotations[hintsAnnotation], annotations[modeAnnotation]];
  if (hints === undefined || mode === undefined || hints === mode) return [];
  return [invalid(`metadata.annotations[${modeAnnotation}]`, mode, `must match annotations[${hintsAnnotation}] when both are specified`)];
};

const validateLoadBalancer = (service: Service): FieldError[] => {
  const { spec } = service;
  const ranges = each(spec.loadBalancerSourceRanges, 'spec.LoadBalancerSourceRanges', (range, path) =>
    validateLegacyCidr(range.trim(), path),
  );
  ranges.push(...validateRangesAnnotation(service));
  if (spec.type === 'LoadBalancer') {
    return spec.loadBalancerClass === undefined
      ? ranges
      : [...ranges, ...checked(isLabelKey, spec.loadBalancerClass, 'spec.loadBalancerClass')];
  }
  const errors: FieldError[] = [];
  if (spec.loadBalancerSourceRanges?.length) errors.push(forbiddenField('spec.LoadBalancerSourceRanges', lbOnly));
  errors.push(...ranges);
  if (spec.allocateLoadBalancerNodePorts !== undefined) {
    errors.push(forbiddenField('spec.allocateLoadBalancerNodePorts', lbOnly));
  }
  if (spec.loadBalancerClass !== undefined) errors.push(forbiddenField('spec.loadBalancerClass', lbOnly));
  return errors;
};

export const validateService = (service: Service): FieldError[] => {
  const { spec } = service;
  const errors: FieldError[] = validateTopologyAnnotations(service);
  if (!spec.ports?.length && !isHeadless(service) && spec.type !== 'ExternalName') errors.push(required('spec.ports'));
  if (spec.type === 'LoadBalancer' && isHeadless(service)) {
    errors.push(invalid('spec.clusterIPs[0]', 'None', "may not be set to 'None' for LoadBalancer services"));
  }
  if (spec.type === 'NodePort' && isHeadless(service)) {
    errors.push(invalid('spec.clusterIPs[0]', 'None', "may not be set to 'None' for NodePort services"));
  }
  errors.push(...validateExternalName(service));
  errors.push(...validatePorts(service));
  if (spec.selector) errors.push(...validateLabels(spec.selector, 'spec.selector'));
  errors.push(...oneOf(spec.sessionAffinity, ['ClientIP', 'None'], 'spec.sessionAffinity'));
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (spec.sessionAffinity === 'ClientIP' && seconds !== undefined && (seconds <= 0 || seconds > 86_400)) {
    const message = 'must be greater than 0 and less than 86400';
    errors.push(invalid('spec.sessionAffinityConfig.clientIP.timeoutSeconds', seconds, message));
  }
  errors.push(...validateClusterIPs(service));
  errors.push(
    ...each(spec.externalIPs, 'spec.externalIPs', (ip, path) => {
      const wrong = validateLegacyIp(ip, path);
      return wrong.length > 0 ? wrong : endpointIP(ip, path);
    }),
  );
  if (!spec.type) errors.push(required('spec.type'));
  else if (!types.includes(spec.type)) errors.push(notSupported('spec.type', spec.type, types));
  return [...errors, ...validatePortUse(service), ...validateLoadBalancer(service), ...validateTraffic(service)];
};

/** Where a load balancer answers: by address or name, and only for services that have one. */
export const validateServiceStatus = ({ spec, status }: Service): FieldError[] => {
  const path = 'status.loadBalancer.ingress';
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (spec.type !== 'LoadBalancer' && ingress.length > 0) {
    return [forbiddenField(path, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  return each(ingress, path, ({ ip, ipMode, hostname }, item) => {
    const errors = ip ? validateLegacyIp(ip, childPath(item, 'ip')) : [];
    if (ip && ipMode === undefined) errors.push(required(childPath(item, 'ipMode'), 'must be specified when `ip` is set'));
    if (!ip && ipMode !== undefined) errors.push(forbiddenField(childPath(item, 'ipMode'), 'may not be specified when `ip` is not set'));
    if (ip && ipMode !== undefined) errors.push(...optionalOneOf(ipMode, ['Proxy', 'VIP'], childPath(item, 'ipMode')));
    if (!hostname) return errors;
    errors.push(...checked(isDns1123Subdomain, hostname, childPath(item, 'hostname')));
    return isIP(hostname) === 0
      ? errors
      : [...errors, invalid(childPath(item, 'hostname'), hostname, 'must be a DNS name, not an IP address')];
  });
};

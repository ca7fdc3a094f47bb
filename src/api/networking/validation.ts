import { isIP } from 'node:net';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { containsBlock, parseBlock } from '../../apimachinery/net/ip-address.ts';
import { validateDomainPath } from '../../apimachinery/validation/domains.ts';
import { forbiddenField, immutable, invalid, notSupported, required, tooLong } from '../../apimachinery/validation/field-errors.ts';
import {
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isPathSegmentName,
  isWildcardDns1123Subdomain,
} from '../../apimachinery/validation/names.ts';
import { validateCidr, validateIp, validateLegacyCidr, validateLegacyIp } from '../../apimachinery/validation/ip.ts';
import { isPortName, isPortNumber } from '../../apimachinery/validation/values.ts';
import { checked, childPath, each, invalids, labelSelector, optionalOneOf, portNumberOrName, requiredName, unchanged } from '../checks.ts';
import type {
  HTTPIngressPath,
  IPAddress,
  Ingress,
  IngressBackend,
  IngressClass,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  ServiceCIDR,
} from './types.gen.ts';

/** An object by kind and name, of a group that can be one. */
const validateTypedReference = (
  { apiGroup, kind, name }: { readonly apiGroup?: string | null; readonly kind?: string; readonly name?: string },
  path: string,
): FieldError[] => [
  ...((apiGroup ?? undefined) === undefined ? [] : checked(isDns1123Subdomain, apiGroup ?? '', `${path}.apiGroup`)),
  ...requiredName(isPathSegmentName, kind, `${path}.kind`),
  ...requiredName(isPathSegmentName, name, `${path}.name`),
];

const validateBackend = ({ resource, service }: IngressBackend, path: string): FieldError[] => {
  if (resource && service) return [invalid(path, '', 'cannot set both resource and service backends')];
  if (resource) return validateTypedReference(resource, `${path}.resource`);
  if (!service) return [invalid(path, '', 'resource or service backend is required')];
  const errors = requiredName(isDns1035Label, service.name, `${path}.service.name`);
  const { name, number } = service.port ?? {};
  if (name && number) errors.push(invalid(path, '', 'cannot set both port name & port number'));
  else if (name) errors.push(...checked(isPortName, name, `${path}.service.port.name`));
  else if (number) errors.push(...invalids(`${path}.service.port.number`, number, isPortNumber(number)));
  else errors.push(required(path, 'port name or number is required'));
  return errors;
};

const badSequences = ['//', '/./', '/../', '%2f', '%2F'];
const badSuffixes = ['/..', '/.'];

const validatePath = ({ path: value = '', pathType, backend }: HTTPIngressPath, path: string): FieldError[] => {
  if ((pathType ?? undefined) === undefined) return [required(childPath(path, 'pathType'), 'pathType must be specified')];
  const errors: FieldError[] = [];
  const at = childPath(path, 'path');
  if (pathType === 'Exact' || pathType === 'Prefix') {
    if (!value.startsWith('/')) errors.push(invalid(at, value, 'must be an absolute path'));
    errors.push(...badSequences.filter((text) => value.includes(text)).map((text) => invalid(at, value, `must not contain '${text}'`)));
    errors.push(...badSuffixes.filter((text) => value.endsWith(text)).map((text) => invalid(at, value, `cannot end with '${text}'`)));
  } else if (pathType === 'ImplementationSpecific') {
    if (value && !value.startsWith('/')) errors.push(invalid(at, value, 'must be an absolute path'));
  } else errors.push(notSupported(childPath(path, 'pathType'), pathType, ['Exact', 'ImplementationSpecific', 'Prefix']));
  return [...errors, ...validateBackend(backend, childPath(path, 'backend'))];
};

const validateHost = (host: string, path: string): FieldError[] => {
  if (isIP(host) !== 0) return [invalid(path, host, 'must be a DNS name, not an IP address')];
  return checked(host.includes('*') ? isWildcardDns1123Subdomain : isDns1123Subdomain, host, path);
};

export const validateIngress = ({ spec }: Ingress): FieldError[] => {
  const errors: FieldError[] = [];
  if (!spec.rules?.length && !spec.defaultBackend)
    errors.push(invalid('spec', null, 'either `defaultBackend` or `rules` must be specified'));
  if (spec.defaultBackend) errors.push(...validateBackend(spec.defaultBackend, 'spec.defaultBackend'));
  errors.push(
    ...each(spec.rules, 'spec.rules', ({ host, http }, path) => [
      ...(host ? validateHost(host, childPath(path, 'host')) : []),
      ...(http && !http.paths?.length ? [required(`${path}.http.paths`)] : each(http?.paths, `${path}.http.paths`, validatePath)),
    ]),
    ...each(spec.tls, 'spec.tls', ({ hosts, secretName }, path) => [
      ...each(hosts, childPath(path, 'hosts'), (host, item) =>
        checked(host.includes('*') ? isWildcardDns1123Subdomain : isDns1123Subdomain, host, item),
      ),
      ...(secretName ? checked(isDns1123Subdomain, secretName, childPath(path, 'secretName')) : []),
    ]),
  );
  return spec.ingressClassName === undefined
    ? errors
    : [...errors, ...checked(isDns1123Subdomain, spec.ingressClassName, 'spec.ingressClassName')];
};

const ingressClassAnnotation = 'kubernetes.io/ingress.class';

/** The class may be told in two ways, but only one class. */
export const validateNewIngress = (ingress: Ingress): FieldError[] => {
  const { metadata, spec } = ingress;
  const annotated = metadata.annotations?.[ingressClassAnnotation];
  const differs = annotated !== undefined && spec.ingressClassName !== undefined && annotated !== spec.ingressClassName;
  return [
    ...validateIngress(ingress),
    ...(differs
      ? [invalid(`annotations.${ingressClassAnnotation}`, annotated, 'must match `ingressClassName` when both are specified')]
      : []),
  ];
};

const validateIPBlock = ({ cidr, except }: NonNullable<NetworkPolicyPeer['ipBlock']>, path: string): FieldError[] => {
  if (!cidr) return [required(childPath(path, 'cidr'))];
  const errors = validateLegacyCidr(cidr, childPath(path, 'cidr'));
  const outer = parseBlock(cidr);
  if (!outer) return errors;
  return [
    ...errors,
    ...each(except, childPath(path, 'except'), (text, item) => {
      const inner = parseBlock(text);
      const isWithin = !inner || (containsBlock(outer, inner) && outer.prefixLength < inner.prefixLength);
      return [...validateLegacyCidr(text, item), ...(isWithin ? [] : [invalid(item, text, 'must be a strict subset of `cidr`')])];
    }),
  ];
};

const validatePeer = ({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, path: string): FieldError[] => {
  const errors = [
    ...labelSelector(podSelector, childPath(path, 'podSelector')),
    ...labelSelector(namespaceSelector, childPath(path, 'namespaceSelector')),
  ];
  if (ipBlock) {
    errors.push(...validateIPBlock(ipBlock, childPath(path, 'ipBlock')));
    if (podSelector || namespaceSelector) errors.push(forbiddenField(path, 'may not specify both ipBlock and another peer'));
  } else if (!podSelector && !namespaceSelector) errors.push(required(path, 'must specify a peer'));
  return errors;
};

const validatePort = ({ protocol, port, endPort }: NetworkPolicyPort, path: string): FieldError[] => {
  const errors = optionalOneOf(protocol, ['TCP', 'UDP', 'SCTP'], childPath(path, 'protocol'));
  const at = childPath(path, 'endPort');
  if (typeof port !== 'number') {
    const what = port === undefined ? 'not specified' : 'non-numeric';
    if (endPort !== undefined) errors.push(invalid(at, endPort, `may not be specified when \`port\` is ${what}`));
    return port === undefined ? errors : [...errors, ...portNumberOrName(port, childPath(path, 'port'))];
  }
  errors.push(...portNumberOrName(port, childPath(path, 'port')));
  if (endPort === undefined) return errors;
  if (endPort < port) errors.push(invalid(at, port, 'must be greater than or equal to `port`'));
  return [...errors, ...invalids(at, endPort, isPortNumber(endPort))];
};

export const validateNetworkPolicy = ({ spec }: NetworkPolicy): FieldError[] => {
  const types = spec.policyTypes ?? [];
  return [
    ...labelSelector(spec.podSelector, 'spec.podSelector'),
    ...each(spec.ingress, 'spec.ingress', ({ ports, from }, path) => [
      ...each(ports, childPath(path, 'ports'), validatePort),
      ...each(from, childPath(path, 'from'), validatePeer),
    ]),
    ...each(spec.egress, 'spec.egress', ({ ports, to }, path) => [
      ...each(ports, childPath(path, 'ports'), validatePort),
      ...each(to, childPath(path, 'to'), validatePeer),
    ]),
    ...(types.length > 2
      ? [invalid('spec.policyTypes', types, 'may not specify more than two policyTypes')]
      : each(types, 'spec.policyTypes', (type, path) =>
          type === 'Ingress' || type === 'Egress' ? [] : [notSupported(path, type, ['Ingress', 'Egress'])],
        )),
  ];
};

/** An update is looked at as a new policy and as a change: what is wrong is told twice. */
export const validateNetworkPolicyUpdate = (policy: NetworkPolicy): FieldError[] => [
  ...validateNetworkPolicy(policy),
  ...validateNetworkPolicy(policy),
];

const maxControllerBytes = 250;

export const validateIngressClass = ({ spec }: IngressClass): FieldError[] => {
  const { controller = '', parameters } = spec;
  const errors = [
    ...(controller.length > maxControllerBytes ? [tooLong('spec.controller', maxControllerBytes)] : []),
    ...validateDomainPath(controller, 'spec.controller'),
  ];
  if (!parameters) return errors;
  const { scope, namespace } = parameters;
  const at = 'spec.parameters.namespace';
  errors.push(...validateTypedReference(parameters, 'spec.parameters'));
  if (scope === undefined) return [...errors, required('spec.parameters.scope')];
  if (scope === 'Namespace') {
    if (namespace === undefined) errors.push(required(at, "`parameters.scope` is set to 'Namespace'"));
    else errors.push(...checked(isDns1123Label, namespace, at));
  } else if (scope === 'Cluster' && namespace !== undefined) {
    errors.push(forbiddenField(at, "`parameters.scope` is set to 'Cluster'"));
  }
  return [...errors, ...optionalOneOf(scope, ['Cluster', 'Namespace'], 'spec.parameters.scope')];
};

export const validateIngressClassUpdate = (ingressClass: IngressClass, old: IngressClass): FieldError[] => [
  ...unchanged(ingressClass.spec.controller ?? '', old.spec.controller ?? '', 'spec.controller'),
  ...validateIngressClass(ingressClass),
];

export const validateServiceCIDR = ({ spec }: ServiceCIDR): FieldError[] => {
  if (!spec.cidrs?.length) return [required('spec.cidrs', 'at least one CIDR required')];
  if (spec.cidrs.length > 2) return [invalid('spec', spec, 'may only hold up to 2 values')];
  const [first, second] = spec.cidrs.map((cidr) => parseBlock(cidr)?.address.family);
  return [
    ...each(spec.cidrs, 'spec.cidrs', validateCidr),
    ...(first !== undefined && first === second ? [invalid('spec.cidrs', spec.cidrs, oneOfEach)] : []),
  ];
};

const oneOfEach = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';

/** Ranges stay; one of the other family may join (KEP-1880). */
export const validateServiceCIDRUpdate = (range: ServiceCIDR, old: ServiceCIDR): FieldError[] => {
  const [now, before] = [range.spec.cidrs ?? [], old.spec.cidrs ?? []];
  const isGrown = before.length === 1 && now.length === 2;
  if (!isGrown && now.length !== before.length) return [immutable('spec.cidrs', range.spec.cidrs ?? null)];
  return [
    ...before.flatMap((cidr, index) => (cidr === now[index] ? [] : [immutable(`spec.cidrs[${index}]`, now[index])])),
    ...(isGrown ? validateServiceCIDR(range) : []),
  ];
};

/** An IPAddress is named after the address. */
export const isAddressName = (name: string): string[] => validateIp(name, '').map(({ detail }) => detail);

export const validateIPAddress = ({ spec }: IPAddress): FieldError[] => {
  const errors: FieldError[] = [];
  const ref = spec.parentRef;
  if (!ref) return [...errors, required('spec.parentRef')];
  if (ref.group) errors.push(...checked(isDns1123Subdomain, ref.group, 'spec.parentRef.group'));
  errors.push(...requiredName(isPathSegmentName, ref.resource, 'spec.parentRef.resource'));
  errors.push(...requiredName(isPathSegmentName, ref.name, 'spec.parentRef.name'));
  return ref.namespace ? [...errors, ...checked(isPathSegmentName, ref.namespace, 'spec.parentRef.namespace')] : errors;
};

export const validateIPAddressUpdate = (address: IPAddress, old: IPAddress): FieldError[] => [
  ...validateIPAddress(address),
  ...unchanged(address.spec.parentRef, old.spec.parentRef, 'spec.parentRef'),
];

/** Where an Ingress answers, by address or by name. */
export const validateIngressStatus = ({ status }: Ingress): FieldError[] =>
  each(status?.loadBalancer?.ingress, 'status.loadBalancer.ingress', ({ ip, hostname }, path) => {
    const errors = ip ? validateLegacyIp(ip, childPath(path, 'ip')) : [];
    if (!hostname) return errors;
    const at = childPath(path, 'hostname');
    errors.push(...checked(isDns1123Subdomain, hostname, at));
    return isIP(hostname) === 0 ? errors : [...errors, invalid(at, hostname, 'must be a DNS name, not an IP address')];
  });

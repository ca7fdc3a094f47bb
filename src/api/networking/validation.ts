import { isIP } from 'node:net';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1035Label, isDns1123Subdomain, isWildcardDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { isPortName, isPortNumber } from '../../apimachinery/validation/values.ts';
import { checked, childPath, each, invalids, labelSelector, optionalOneOf, portNumberOrName, requiredName } from '../checks.ts';
import type { HTTPIngressPath, Ingress, IngressBackend, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from './types.gen.ts';

const validateBackend = ({ resource, service }: IngressBackend, path: string): FieldError[] => {
  if (resource && service) return [invalid(path, '', 'cannot set both resource and service backends')];
  if (resource)
    return [...(resource.kind ? [] : [required(`${path}.resource.kind`)]), ...(resource.name ? [] : [required(`${path}.resource.name`)])];
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
  if (!pathType) return [required(childPath(path, 'pathType'), 'pathType must be specified')];
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

const isCidr = (text: string): boolean => {
  const [address = '', bits = ''] = text.split('/');
  const family = isIP(address);
  return family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
};
const cidrMessage = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

const validatePeer = ({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, path: string): FieldError[] => {
  const errors = [
    ...labelSelector(podSelector, childPath(path, 'podSelector')),
    ...labelSelector(namespaceSelector, childPath(path, 'namespaceSelector')),
  ];
  if (ipBlock) {
    const block = childPath(path, 'ipBlock');
    if (!ipBlock.cidr) errors.push(required(childPath(block, 'cidr')));
    else if (!isCidr(ipBlock.cidr)) errors.push(invalid(childPath(block, 'cidr'), ipBlock.cidr, cidrMessage));
    errors.push(
      ...each(ipBlock.except, childPath(block, 'except'), (cidr, item) => (isCidr(cidr) ? [] : [invalid(item, cidr, cidrMessage)])),
    );
    if (podSelector || namespaceSelector) errors.push(forbiddenField(path, 'may not specify both ipBlock and another peer'));
  } else if (!podSelector && !namespaceSelector) errors.push(required(path, 'must specify a peer'));
  return errors;
};

const validatePort = ({ protocol, port, endPort }: NetworkPolicyPort, path: string): FieldError[] => {
  const errors = optionalOneOf(protocol, ['SCTP', 'TCP', 'UDP'], childPath(path, 'protocol'));
  if (port !== undefined) errors.push(...portNumberOrName(port, childPath(path, 'port')));
  if (endPort === undefined) return errors;
  if (port === undefined) errors.push(required(childPath(path, 'port'), 'must be specified when `endPort` is specified'));
  else if (typeof port === 'string') errors.push(required(childPath(path, 'port'), 'must be numeric when `endPort` is specified'));
  else if (endPort < port) errors.push(invalid(childPath(path, 'endPort'), endPort, 'must be greater than or equal to `port`'));
  return [...errors, ...invalids(childPath(path, 'endPort'), endPort, isPortNumber(endPort))];
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
          type === 'Ingress' || type === 'Egress' ? [] : [notSupported(path, type, ['Egress', 'Ingress'])],
        )),
  ];
};

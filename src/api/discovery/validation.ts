import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, invalid, notSupported, required, tooMany } from '../../apimachinery/validation/field-errors.ts';
import { ipWarnings, validateIp, validateLegacyIp } from '../../apimachinery/validation/ip.ts';
import { validateDomainName } from '../../apimachinery/validation/domains.ts';
import { isDns1123Label, isDns1123Subdomain, isLabelValue, isQualifiedName } from '../../apimachinery/validation/names.ts';
import { checked, childPath, each, oneOf, unchanged } from '../checks.ts';
import { endpointIP } from '../core/validate-endpoints.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from './types.gen.ts';

const maxEndpoints = 1000;
const maxAddresses = 100;
const maxPorts = 20_000;

const validateAddress = (address: string, path: string, type: string): FieldError[] => {
  if (type === 'FQDN') return validateDomainName(address, path);
  // IPv4 came before addresses had to be canonical.
  const errors = type === 'IPv4' ? validateLegacyIp(address, path) : validateIp(address, path);
  if (errors.length > 0) return errors;
  const wrong = (type === 'IPv6') !== address.includes(':');
  return [...(wrong ? [invalid(path.replace(/\[\d+\]$/, ''), address, `must be an ${type} address`)] : []), ...endpointIP(address, path)];
};

const maxHints = 8;

/** The zones and nodes that an endpoint is best used from: a few of each, each once. */
const validateHints = (hints: Endpoint['hints'], path: string): FieldError[] =>
  (['forZones', 'forNodes'] as const).flatMap((list) => {
    const at = childPath(path, list);
    const items = hints?.[list] ?? [];
    if (items.length > maxHints) return [tooMany(at, items.length, maxHints)];
    const names = new Set<string>();
    return each<{ readonly name: string }>(items, at, ({ name }, item) => {
      const errors: FieldError[] = names.has(name) ? [duplicate(childPath(item, 'name'), name)] : [];
      names.add(name);
      return [...errors, ...checked(list === 'forZones' ? isLabelValue : isDns1123Subdomain, name ?? '', childPath(item, 'name'))];
    });
  });

const validateEndpoint = (endpoint: Endpoint, path: string, type: string): FieldError[] => {
  const addresses = endpoint.addresses ?? [];
  const at = childPath(path, 'addresses');
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(at, 'must contain at least 1 address'));
  else if (addresses.length > maxAddresses) errors.push(tooMany(at, addresses.length, maxAddresses));
  if (['IPv4', 'IPv6', 'FQDN'].includes(type)) errors.push(...each(addresses, at, (address, item) => validateAddress(address, item, type)));
  if (endpoint.nodeName !== undefined) errors.push(...checked(isDns1123Subdomain, endpoint.nodeName, childPath(path, 'nodeName')));
  errors.push(...validateHints(endpoint.hints, childPath(path, 'hints')));
  return endpoint.hostname === undefined ? errors : [...errors, ...checked(isDns1123Label, endpoint.hostname, childPath(path, 'hostname'))];
};

const validatePorts = (ports: readonly EndpointPort[]): FieldError[] => {
  const names = new Set<string>();
  if (ports.length > maxPorts) return [tooMany('ports', ports.length, maxPorts)];
  return each(ports, 'ports', ({ name = '', protocol, appProtocol }, path) => {
    const errors = name === '' ? [] : checked(isDns1123Label, name, childPath(path, 'name'));
    if (names.has(name)) errors.push(duplicate(childPath(path, 'name'), name));
    names.add(name);
    if (!['SCTP', 'TCP', 'UDP'].includes(protocol ?? '')) {
      errors.push(notSupported(childPath(path, 'protocol'), protocol ?? '', ['SCTP', 'TCP', 'UDP']));
    }
    return appProtocol === undefined ? errors : [...errors, ...checked(isQualifiedName, appProtocol, childPath(path, 'appProtocol'))];
  });
};

const validateEndpoints = ({ addressType, endpoints }: EndpointSlice): FieldError[] => {
  const count = endpoints?.length ?? 0;
  if (count > maxEndpoints) return [tooMany('endpoints', count, maxEndpoints)];
  return each(endpoints, 'endpoints', (endpoint, path) => validateEndpoint(endpoint, path, addressType));
};

const validateRest = ({ addressType, ports }: EndpointSlice): FieldError[] => [
  ...oneOf(addressType, ['FQDN', 'IPv4', 'IPv6'], 'addressType'),
  ...validatePorts(ports ?? []),
];

export const validateEndpointSlice = (slice: EndpointSlice): FieldError[] => [...validateRest(slice), ...validateEndpoints(slice)];

export const validateEndpointSliceUpdate = (slice: EndpointSlice, old: EndpointSlice): FieldError[] => [
  ...validateRest(slice),
  // Endpoints that were taken once may stay.
  ...(jsonEqual(slice.endpoints ?? [], old.endpoints ?? []) ? [] : validateEndpoints(slice)),
  ...unchanged(slice.addressType, old.addressType, 'addressType'),
];

/** Addresses that are no standard text, but taken. */
export const endpointSliceWarnings = ({ addressType, endpoints }: EndpointSlice, old: EndpointSlice | undefined): readonly string[] =>
  addressType === 'FQDN'
    ? old
      ? []
      : ['spec.addressType: FQDN endpoints are deprecated']
    : (endpoints ?? []).flatMap(({ addresses }, index) =>
        (addresses ?? []).flatMap((address, at) => ipWarnings(address, `endpoints[${index}].addresses[${at}]`)),
      );

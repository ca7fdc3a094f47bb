import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { validateLegacyIp } from '../../apimachinery/validation/ip.ts';
import { isDns1123Label, isDns1123Subdomain, isQualifiedName } from '../../apimachinery/validation/names.ts';
import { isPortNumber } from '../../apimachinery/validation/values.ts';
import { checked, childPath, each, invalids, oneOf } from '../checks.ts';
import type { EndpointAddress, EndpointPort, Endpoints } from './types.gen.ts';

const validateAddress = ({ ip, hostname, nodeName }: EndpointAddress, path: string): FieldError[] => {
  const ipPath = childPath(path, 'ip');
  const errors = validateLegacyIp(ip, ipPath);
  if (hostname) errors.push(...checked(isDns1123Label, hostname, childPath(path, 'hostname')));
  if (nodeName !== undefined) errors.push(...checked(isDns1123Subdomain, nodeName, childPath(path, 'nodeName')));
  return [...errors, ...endpointIP(ip, ipPath)];
};

/** Addresses that traffic must not be sent to. */
export const endpointIP = (ip: string, path: string): FieldError[] => {
  if (validateLegacyIp(ip, path).length > 0) return [invalid(path, ip, 'must be a valid IP address')];
  if (ip === '0.0.0.0' || ip === '::') return [invalid(path, ip, `may not be unspecified (${ip})`)];
  if (ip.startsWith('127.') || ip === '::1') return [invalid(path, ip, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')];
  if (/^169\.254\.|^fe[89ab]/i.test(ip)) return [invalid(path, ip, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)')];
  const multicast = /^224\.0\.0\.|^ff02:/i.test(ip);
  return multicast ? [invalid(path, ip, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)')] : [];
};

const validatePort = ({ name, port, protocol, appProtocol }: EndpointPort, path: string, many: boolean): FieldError[] => {
  const errors: FieldError[] = [];
  if (many && !name) errors.push(required(childPath(path, 'name')));
  else if (name) errors.push(...checked(isDns1123Label, name, childPath(path, 'name')));
  errors.push(...invalids(childPath(path, 'port'), port, isPortNumber(port)));
  errors.push(...oneOf(protocol, ['SCTP', 'TCP', 'UDP'], childPath(path, 'protocol')));
  return appProtocol === undefined ? errors : [...errors, ...checked(isQualifiedName, appProtocol, childPath(path, 'appProtocol'))];
};

export const validateEndpoints = ({ subsets }: Endpoints): FieldError[] =>
  each(subsets, 'subsets', ({ addresses, notReadyAddresses, ports }, path) => [
    ...(addresses?.length || notReadyAddresses?.length ? [] : [required(path, 'must specify `addresses` or `notReadyAddresses`')]),
    ...each(addresses, childPath(path, 'addresses'), validateAddress),
    ...each(notReadyAddresses, childPath(path, 'notReadyAddresses'), validateAddress),
    ...each(ports, childPath(path, 'ports'), (port, item) => validatePort(port, item, (ports?.length ?? 0) > 1)),
  ]);

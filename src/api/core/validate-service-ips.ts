import { parseAddress } from '../../apimachinery/net/ip-address.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, invalid, notSupported } from '../../apimachinery/validation/field-errors.ts';
import { validateLegacyIp } from '../../apimachinery/validation/ip.ts';
import type { Service, ServiceSpec } from './types.gen.ts';

const familyPolicies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const families = ['IPv4', 'IPv6'];

const familyErrors = ({ ipFamilies = [], ipFamilyPolicy }: ServiceSpec): FieldError[] => {
  const errors = ipFamilies.flatMap((family, index) => {
    const at = `spec.ipFamilies[${index}]`;
    return [
      ...(families.includes(family) ? [] : [notSupported(at, family, families)]),
      ...(ipFamilies.indexOf(family) < index ? [duplicate(at, family)] : []),
    ];
  });
  return ipFamilyPolicy !== undefined && !familyPolicies.includes(ipFamilyPolicy)
    ? [...errors, notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, familyPolicies)]
    : errors;
};

const familyOf = (address: string): 'IPv4' | 'IPv6' => (parseAddress(address)?.family === 6 ? 'IPv6' : 'IPv4');

/** Addresses that can be read: one of each family, in the order of the families. */
const orderErrors = ({ clusterIPs = [], ipFamilies = [] }: ServiceSpec): FieldError[] => {
  const errors: FieldError[] = [];
  if (clusterIPs.length > 1 && new Set(clusterIPs.map(familyOf)).size < 2) {
    errors.push(invalid('spec.clusterIPs', clusterIPs, 'may specify no more than one IP for each IP family'));
  }
  if (clusterIPs[0] === 'None') return errors;
  for (const [index, ip] of clusterIPs.entries()) {
    const family = ipFamilies[index];
    if ((family !== 'IPv4' && family !== 'IPv6') || familyOf(ip) === family) continue;
    errors.push(invalid(`spec.clusterIPs[${index}]`, ip, `expected an ${family} value as indicated by \`ipFamilies[${index}]\``));
  }
  return errors;
};

/** A service's addresses and their families; also looked at before anything is allocated. */
export const validateClusterIPs = ({ spec }: Service): FieldError[] => {
  if (spec.type === 'ExternalName') return [];
  const { clusterIPs = [], clusterIP } = spec;
  const errors: FieldError[] = [];
  if (!clusterIP) {
    if (clusterIPs.length > 0) errors.push(invalid('spec.clusterIPs', clusterIPs, 'must be empty when `clusterIP` is not specified'));
  } else if (clusterIPs.length > 0 && clusterIPs[0] !== clusterIP) {
    errors.push(invalid('spec.clusterIPs', clusterIPs, 'first value must match `clusterIP`'));
  }
  errors.push(...familyErrors(spec));
  let unreadable = false;
  for (const [index, ip] of clusterIPs.entries()) {
    const own =
      index > 0 || ip !== 'None'
        ? validateLegacyIp(ip, `spec.clusterIPs[${index}]`)
        : clusterIPs.length > 1
          ? [invalid('spec.clusterIPs', clusterIPs, "'None' must be the first and only value")]
          : [];
    unreadable ||= own.length > 0;
    errors.push(...own);
  }
  if (clusterIPs.length > 2) errors.push(invalid('spec.clusterIPs', clusterIPs, 'may only hold up to 2 values'));
  return unreadable ? errors : [...errors, ...orderErrors(spec)];
};

import { validateClusterIPs } from '../../api/core/validate-service-ips.ts';
import type { Service } from '../../api/core/types.gen.ts';
import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import { needsClusterIp, type ServiceSpec } from './service-fields.ts';

const other = (family: string): string => (family === 'IPv4' ? 'IPv6' : 'IPv4');
const familyOf = (address: string): string => (address.includes(':') ? 'IPv6' : 'IPv4');
const isOpenHeadless = ({ clusterIP, selector }: ServiceSpec): boolean => clusterIP === 'None' && Object.keys(selector ?? {}).length === 0;

const policyPath = 'spec.ipFamilyPolicy';

/** A service that prefers two families and does not speak of them stays as it is, whatever the cluster has become. */
const staysAsItIs = (spec: ServiceSpec, old: ServiceSpec | undefined): boolean =>
  old !== undefined &&
  spec.type === old.type &&
  spec.ipFamilyPolicy === 'PreferDualStack' &&
  (old.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' &&
  spec.clusterIP === old.clusterIP &&
  jsonEqual(spec.clusterIPs, old.clusterIPs) &&
  jsonEqual(spec.ipFamilies, old.ipFamilies);

/** An update to one family drops the second; any other that leaves out the second must say so. */
const settleChange = (spec: ServiceSpec, old: ServiceSpec): FieldError[] => {
  if (spec.ipFamilyPolicy === 'SingleStack') {
    if (jsonEqual(spec.clusterIPs, old.clusterIPs) && spec.clusterIPs) spec.clusterIPs = spec.clusterIPs.slice(0, 1);
    if (jsonEqual(spec.ipFamilies, old.ipFamilies) && spec.ipFamilies) spec.ipFamilies = spec.ipFamilies.slice(0, 1);
    return [];
  }
  const isLess = (now: readonly string[] = [], before: readonly string[] = []): boolean => now.length > 0 && now.length < before.length;
  const refuse = (what: string): FieldError =>
    invalid(policyPath, spec.ipFamilyPolicy, `must be 'SingleStack' to release the secondary ${what}`);
  return [
    ...(isLess(spec.clusterIPs, old.clusterIPs) ? [refuse('cluster IP')] : []),
    ...(isLess(spec.ipFamilies, old.ipFamilies) ? [refuse('IP family')] : []),
  ];
};

const tooManyForOne = ({ ipFamilyPolicy, clusterIPs, ipFamilies }: ServiceSpec): FieldError[] => {
  if (ipFamilyPolicy !== 'SingleStack') return [];
  const refuse = (what: string): FieldError =>
    invalid(policyPath, ipFamilyPolicy, `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`);
  return [...(clusterIPs?.length === 2 ? [refuse('cluster IPs')] : []), ...(ipFamilies?.length === 2 ? [refuse('IP families')] : [])];
};

/** Families that only the addresses tell. */
const inferFamilies = (spec: ServiceSpec, family: string): FieldError[] => {
  const { clusterIPs = [] } = spec;
  return clusterIPs.flatMap((address, index) => {
    if (clusterIPs[0] === 'None' || index < (spec.ipFamilies?.length ?? 0)) return [];
    const found = familyOf(address);
    if (found !== family) return [invalid(`spec.clusterIPs[${index}]`, clusterIPs, `${found} is not configured on this cluster`)];
    spec.ipFamilies = [...(spec.ipFamilies ?? []), found];
    return [];
  });
};

/**
 * Fills in a Service's ipFamilyPolicy and ipFamilies, in place, on a cluster with one family of addresses; what is wrong with the
 * service's families and addresses is returned.
 */
export const settleFamilies = (spec: ServiceSpec, old: ServiceSpec | undefined, family: string): readonly FieldError[] => {
  if (!needsClusterIp(spec) || staysAsItIs(spec, old)) return [];
  spec.ipFamilyPolicy ??= old?.ipFamilyPolicy ?? (isOpenHeadless(spec) ? 'RequireDualStack' : 'SingleStack');
  const wrong = validateClusterIPs({ spec } as Service);
  if (wrong.length > 0) return wrong;
  const errors = [...(old ? settleChange(spec, old) : []), ...tooManyForOne(spec), ...inferFamilies(spec, family)];
  if (errors.length > 0) return errors;
  if (isOpenHeadless(spec)) {
    const families = spec.ipFamilies?.length ? spec.ipFamilies : [family];
    spec.ipFamilies =
      families.length === 1 && spec.ipFamilyPolicy !== 'SingleStack' ? [...families, other(families[0] ?? family)] : families;
    return [];
  }
  if (spec.ipFamilyPolicy === 'RequireDualStack') {
    errors.push(invalid(policyPath, spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'));
  }
  for (const [index, wanted] of (spec.ipFamilies ?? []).entries()) {
    if (wanted !== family) errors.push(invalid(`spec.ipFamilies[${index}]`, wanted, 'not configured on this cluster'));
  }
  if (errors.length === 0 && !spec.ipFamilies?.length) spec.ipFamilies = [family];
  return errors;
};

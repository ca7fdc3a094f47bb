import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid } from '../../apimachinery/validation/field-errors.ts';
import type { Service, ServiceSpec } from './types.gen.ts';
import { validateService } from './validate-service.ts';

const fixed = 'may not change once set';
const isHeadless = ({ clusterIPs = [] }: ServiceSpec): boolean => clusterIPs.length === 1 && clusterIPs[0] === 'None';
const hasHealthCheck = ({ type, externalTrafficPolicy }: ServiceSpec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';

const mustBeSingle = ({ ipFamilyPolicy }: ServiceSpec, what: string): FieldError[] =>
  ipFamilyPolicy === 'SingleStack'
    ? []
    : [invalid('spec.ipFamilyPolicy', ipFamilyPolicy ?? null, `must be set to 'SingleStack' when releasing the secondary ${what}`)];

/** The first address never changes; a second one comes and goes with the policy. */
const validateAddressChange = (spec: ServiceSpec, old: ServiceSpec): FieldError[] => {
  if (isHeadless(spec) && isHeadless(old)) return [];
  const [now, before] = [spec.clusterIPs ?? [], old.clusterIPs ?? []];
  const changed = (index: number): FieldError => invalid(`spec.clusterIPs[${index}]`, spec.clusterIPs ?? null, fixed);
  if (now.length === before.length) return before.flatMap((address, index) => (now[index] === address ? [] : [changed(index)]));
  const isAnother = now.length > 0 && before.length > 0 && now[0] !== before[0];
  if (now.length > before.length) return isAnother ? [changed(0)] : [];
  return [
    ...(now.length === 0 ? [invalid('spec.clusterIPs[0]', spec.clusterIPs ?? null, 'primary clusterIP can not be unset')] : []),
    ...(isAnother ? [changed(0)] : []),
    ...(now.length === 1 ? mustBeSingle(spec, 'clusterIP') : []),
  ];
};

/** The same for the families of addresses. */
const validateFamilyChange = (spec: ServiceSpec, old: ServiceSpec): FieldError[] => {
  if (isHeadless(spec) || isHeadless(old)) return [];
  const [now, before] = [spec.ipFamilies ?? [], old.ipFamilies ?? []];
  const changed = (value: unknown): FieldError => invalid('spec.ipFamilies[0]', value ?? null, fixed);
  if (now.length === before.length) return before.flatMap((each, index) => (now[index] === each ? [] : [changed(spec.ipFamilies)]));
  const isAnother = now.length > 0 && before.length > 0 && now[0] !== before[0];
  if (now.length > before.length) return isAnother ? [changed(spec.clusterIPs)] : [];
  return [
    ...(spec.clusterIPs?.length ? [] : [invalid('spec.ipFamilies[0]', spec.ipFamilies ?? null, 'primary ipFamily can not be unset')]),
    ...(isAnother ? [changed(spec.clusterIPs)] : []),
    ...(now.length === 1 ? mustBeSingle(spec, 'ipFamily') : []),
  ];
};

/** What may not change, then what may not be. */
export const validateServiceUpdate = (service: Service, old: Service): FieldError[] => {
  const [{ spec }, { spec: before }] = [service, old];
  const errors: FieldError[] = [];
  if (spec.type !== 'ExternalName' && before.type !== 'ExternalName') {
    errors.push(...validateAddressChange(spec, before), ...validateFamilyChange(spec, before));
  }
  if (before.type === 'LoadBalancer' && spec.type === 'LoadBalancer' && before.loadBalancerClass !== spec.loadBalancerClass) {
    errors.push(invalid('spec.loadBalancerClass', spec.loadBalancerClass ?? null, fixed));
  }
  if (hasHealthCheck(spec) && hasHealthCheck(before) && spec.healthCheckNodePort !== before.healthCheckNodePort) {
    errors.push(forbiddenField('spec.healthCheckNodePort', 'field is immutable'));
  }
  return [...errors, ...validateService(service)];
};

import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, forbiddenField, internalFieldError, invalid, notSupported } from '../../apimachinery/validation/field-errors.ts';
import { validateLegacyCidr } from '../../apimachinery/validation/ip.ts';
import { isLabelKey, isLabelValue } from '../../apimachinery/validation/names.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import { checked, childPath, each, oneOf, positive } from '../checks.ts';
import type { Node } from './types.gen.ts';
import { resourceAmount } from './validate-resources.ts';
import { taintEffects } from './validate-scheduling.ts';

/** One range of each address family. */
const rangeFamilies = (ranges: readonly string[]): FieldError[] => {
  if (ranges.length < 2) return [];
  const path = 'spec.podCIDRs';
  const unreadable = ranges.findIndex((range) => validateLegacyCidr(range, path).length > 0);
  const isPair = unreadable < 0 && ranges.length === 2 && new Set(ranges.map((range) => range.includes(':'))).size === 2;
  const detail = `invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[${unreadable}]: <nil> (invalid CIDR address: ${ranges[unreadable] ?? ''})`;
  return [
    ...(unreadable < 0 ? [] : [internalFieldError(path, detail)]),
    ...(isPair ? [] : [invalid(path, ranges, 'may specify no more than one CIDR for each IP family')]),
  ];
};

const maxFeatureLength = 253;
const featureName = /^[A-Z][A-Za-z0-9]*(\/[A-Za-z0-9]+)*$/;

/** Features that a node says it has (KEP-5328): well named, in order, each once. */
const validateFeatures = (features: readonly string[], path: string): FieldError[] =>
  each(features, path, (feature, item, index) => {
    const before = features[index - 1];
    const errors: FieldError[] = [];
    if (before === feature) errors.push(duplicate(item, feature));
    else if (before !== undefined && before > feature) errors.push(invalid(item, feature, 'list must be sorted alphabetically'));
    if (feature.length <= maxFeatureLength && featureName.test(feature)) return errors;
    const wrong = `invalid feature name ${goQuote(feature)}: must`;
    if (feature.length > maxFeatureLength)
      return [...errors, invalid(item, feature, `${wrong} be no more than ${maxFeatureLength} characters`)];
    const message = `${wrong} start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`;
    return [...errors, invalid(item, feature, message)];
  });

const validateNodeStatus = ({ status }: Node): FieldError[] => [
  ...Object.entries(status?.capacity ?? {}).flatMap(([name, amount]) => resourceAmount(name, amount, `status.capacity.${name}`)),
  ...Object.entries(status?.allocatable ?? {}).flatMap(([name, amount]) => resourceAmount(name, amount, `status.allocatable.${name}`)),
  ...validateFeatures(status?.declaredFeatures ?? [], 'status.declaredFeatures'),
];

const validateTaints = ({ spec }: Node): FieldError[] => {
  const seen = new Set<string>();
  return each(spec.taints, 'metadata.taints', ({ key, value, effect }, path) => {
    const errors = [...checked(isLabelKey, key, childPath(path, 'key')), ...checked(isLabelValue, value ?? '', childPath(path, 'value'))];
    if (!effect) errors.push(...oneOf(effect, taintEffects, childPath(path, 'effect')));
    else if (!taintEffects.includes(effect)) errors.push(notSupported(childPath(path, 'effect'), effect, taintEffects));
    if (seen.has(`${key}:${effect}`))
      errors.push({
        ...duplicate(path, { Key: key, Value: value ?? '', Effect: effect, TimeAdded: null }),
        detail: 'taints must be unique by key and effect pair',
      });
    seen.add(`${key}:${effect}`);
    return errors;
  });
};

/** Swap that a node has is some. */
const validateSwap = ({ status }: Node): FieldError[] => {
  const capacity = status?.nodeInfo?.swap?.capacity;
  return capacity === undefined ? [] : positive(capacity, 'metadata.nodeSwapStatus.capacity');
};

export const validateNode = (node: Node): FieldError[] => {
  const { spec } = node;
  return [
    ...validateTaints(node),
    ...validateNodeStatus(node),
    ...validateSwap(node),
    ...each(spec.podCIDRs, 'spec.podCIDRs', (range, path) => validateLegacyCidr(range, path)),
    ...rangeFamilies(spec.podCIDRs ?? []),
  ];
};

const podCIDRMessage = 'node updates may not change podCIDR except from "" to valid';

/** Once set, a node's address range and provider stay; its old identity was never to be changed. */
export const validateNodeUpdate = (node: Node, old: Node): FieldError[] => {
  const errors = [...validateNode(node), ...validateNodeStatus(node), ...validateTaints(node)];
  const { podCIDRs = [], providerID } = old.spec;
  if (podCIDRs.length > 0 && podCIDRs.join() !== (node.spec.podCIDRs ?? []).join())
    errors.push(forbiddenField('spec.podCIDRs', podCIDRMessage));
  if (providerID && providerID !== node.spec.providerID) {
    errors.push(forbiddenField('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  }
  return (node.spec.externalID ?? '') === (old.spec.externalID ?? '')
    ? errors
    : [...errors, forbiddenField('spec.externalID', 'may not be updated')];
};

/** What the kubelet says of its node. */
export const validateNodeStatusUpdate = (node: Node): FieldError[] => {
  const seen = new Set<string>();
  return [
    ...validateNodeStatus(node),
    ...each(node.status?.addresses, 'status.addresses', ({ type, address }, path) => {
      const isNew = seen.size < seen.add(`${type}/${address}`).size;
      return isNew ? [] : [duplicate(path, { Type: type, Address: address })];
    }),
  ];
};

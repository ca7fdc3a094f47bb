import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, forbiddenField, invalid, notSupported } from '../../apimachinery/validation/field-errors.ts';
import { validateLegacyCidr } from '../../apimachinery/validation/ip.ts';
import { isLabelKey, isLabelValue } from '../../apimachinery/validation/names.ts';
import { checked, childPath, each, eachEntry, oneOf } from '../checks.ts';
import type { Node } from './types.gen.ts';
import { resourceAmount } from './validate-resources.ts';
import { taintEffects } from './validate-scheduling.ts';

/** One range of each address family. */
const rangeFamilies = (ranges: readonly string[]): FieldError[] => {
  const families = new Set(ranges.map((range) => range.includes(':')));
  return ranges.length > families.size ? [invalid('spec.podCIDRs', ranges, 'may specify no more than one CIDR for each IP family')] : [];
};

export const validateNode = ({ spec, status }: Node): FieldError[] => {
  const seen = new Set<string>();
  return [
    ...each(spec.taints, 'metadata.taints', ({ key, value, effect }, path) => {
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
    }),
    ...each(spec.podCIDRs, 'spec.podCIDRs', (range, path) => validateLegacyCidr(range, path)),
    ...rangeFamilies(spec.podCIDRs ?? []),
    ...eachEntry(status?.capacity, 'status.capacity', resourceAmount),
    ...eachEntry(status?.allocatable, 'status.allocatable', resourceAmount),
  ];
};

const podCIDRMessage = 'node updates may not change podCIDR except from "" to valid';

/** A node's address range and provider are set once. */
export const validateNodeUpdate = (node: Node, old: Node): FieldError[] => {
  const errors = validateNode(node);
  const { podCIDRs = [], providerID } = old.spec;
  if (podCIDRs.length > 0 && podCIDRs.join() !== (node.spec.podCIDRs ?? []).join())
    errors.push(forbiddenField('spec.podCIDRs', podCIDRMessage));
  if (providerID && providerID !== node.spec.providerID) {
    errors.push(forbiddenField('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  }
  return errors;
};

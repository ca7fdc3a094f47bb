import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid, required, tooLong, tooMany } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { checked, childPath, eachEntry, unchanged } from '../checks.ts';
import { csiDriverName } from '../core/validate-volume-sources.ts';
import { validateNodeSelector } from '../core/validate-scheduling.ts';
import type { Device, DeviceAttribute, DeviceClass, ResourceSlice } from './types.gen.ts';
import { qualifiedDeviceName, validateOpaque, validateSelectors, validateSet } from './validate-common.ts';

export const validateDeviceClass = ({ spec }: DeviceClass): FieldError[] => [
  ...validateSelectors(spec.selectors, 'spec.selectors'),
  ...validateSet(spec.config, 'spec.config', { check: ({ opaque }, path) => validateOpaque(opaque, childPath(path, 'opaque')) }),
];

const maxDevices = 128;
const maxAttributes = 32;
const maxValueBytes = 64;
const semver = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

const validateAttribute = (value: DeviceAttribute, path: string): FieldError[] => {
  const set = [value.bool, value.int, value.string, value.version].filter((item) => item !== undefined);
  if (set.length === 0) return [invalid(path, '', 'exactly one value must be specified')];
  const shown = {
    IntValue: value.int ?? null,
    BoolValue: value.bool ?? null,
    StringValue: value.string ?? null,
    VersionValue: value.version ?? null,
  };
  const errors = set.length > 1 ? [invalid(path, shown, 'exactly one value must be specified')] : [];
  if ((value.string?.length ?? 0) > maxValueBytes) errors.push(tooLong(childPath(path, 'string'), maxValueBytes));
  if (value.version !== undefined) {
    const at = childPath(path, 'version');
    if (!semver.test(value.version)) errors.push(invalid(at, value.version, 'must be a string compatible with semver.org spec 2.0.0'));
    if (value.version.length > maxValueBytes) errors.push(tooLong(at, maxValueBytes));
  }
  return errors;
};

const validateDevice = ({ name, attributes = {}, capacity = {} }: Device, path: string): FieldError[] => {
  const errors = checked(isDns1123Label, name ?? '', childPath(path, 'name'));
  const count = Object.keys(attributes).length + Object.keys(capacity).length;
  if (count > maxAttributes) {
    errors.push({
      ...tooMany(path, count, maxAttributes),
      detail: `the total number of attributes and capacities must not exceed ${maxAttributes}`,
    });
  }
  return [
    ...errors,
    ...eachEntry(attributes, childPath(path, 'attributes'), (key, value, at) => [
      ...qualifiedDeviceName(key, at),
      ...validateAttribute(value, at),
    ]),
    ...eachEntry(capacity, childPath(path, 'capacity'), (key, _value, at) => qualifiedDeviceName(key, at)),
  ];
};

const placements = ['nodeName', 'nodeSelector', 'allNodes', 'perDeviceNodeSelection'] as const;
const oneOfPlacements = `exactly one of ${placements.map((name) => `\`${name}\``).join(', ')} is required`;

/** Where a slice's devices are: on one node, on chosen ones, or everywhere. */
const validatePlacement = ({ spec }: ResourceSlice): FieldError[] => {
  const errors: FieldError[] = [];
  const set = placements.filter((name) => (name === 'allNodes' ? spec.allNodes === true : spec[name] !== undefined));
  if (spec.nodeName !== undefined) {
    if (spec.nodeName === '') errors.push(invalid('spec.nodeName', '', 'must be either unset or set to a non-empty string'));
    else errors.push(...checked(isDns1123Subdomain, spec.nodeName, 'spec.nodeName'));
  }
  if (spec.nodeSelector) {
    errors.push(...validateNodeSelector(spec.nodeSelector, 'spec.nodeSelector'));
    const terms = spec.nodeSelector.nodeSelectorTerms;
    if (terms?.length !== 1) {
      errors.push(invalid('spec.nodeSelector.nodeSelectorTerms', terms ?? null, 'must have exactly one node selector term'));
    }
  }
  if (spec.allNodes === false) errors.push(invalid('spec.allNodes', false, 'must be either unset or set to true'));
  if (set.length === 0) errors.push(required('spec', oneOfPlacements));
  return set.length > 1
    ? [...errors, invalid('spec', `{${set.map((name) => `\`${name}\``).join(', ')}}`, `${oneOfPlacements}, but multiple fields are set`)]
    : errors;
};

const validatePool = ({ name, generation, resourceSliceCount }: ResourceSlice['spec']['pool'], path: string): FieldError[] => {
  const at = childPath(path, 'name');
  const errors = name ? name.split('/').flatMap((part) => checked(isDns1123Subdomain, part, at)) : [required(at)];
  if ((name?.length ?? 0) > 253) errors.push(tooLong(at, 253));
  if ((resourceSliceCount ?? 0) <= 0) {
    errors.push(invalid(childPath(path, 'resourceSliceCount'), resourceSliceCount ?? 0, 'must be greater than zero'));
  }
  return generation < 0 ? [...errors, invalid(childPath(path, 'generation'), generation, 'must be greater than or equal to zero')] : errors;
};

export const validateResourceSlice = (slice: ResourceSlice): FieldError[] => [
  ...csiDriverName(slice.spec.driver, 'spec.driver'),
  ...validatePool(slice.spec.pool ?? { name: '', generation: 0, resourceSliceCount: 0 }, 'spec.pool'),
  ...validatePlacement(slice),
  ...validateSet(slice.spec.devices, 'spec.devices', { most: maxDevices, keyOf: ({ name }) => name, check: validateDevice }),
];

/** A slice stays where it is, and in its pool. */
export const validateResourceSliceUpdate = (slice: ResourceSlice, old: ResourceSlice): FieldError[] => [
  ...validateResourceSlice(slice),
  ...unchanged(slice.spec.driver, old.spec.driver, 'spec.driver'),
  ...unchanged(slice.spec.pool?.name, old.spec.pool?.name, 'spec.pool.name'),
  ...unchanged(slice.spec.nodeName, old.spec.nodeName, 'spec.nodeName'),
];

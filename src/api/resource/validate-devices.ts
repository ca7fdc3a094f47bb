import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import { invalid, keyPath, required, tooLong, tooMany } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { checked, childPath, eachEntry, unchanged } from '../checks.ts';
import { csiDriverName } from '../core/validate-volume-sources.ts';
import { validateNodeSelector } from '../core/validate-scheduling.ts';
import type { Device, DeviceAttribute, DeviceClass, ResourceSlice } from './types.gen.ts';
import { poolName, qualifiedDeviceName, validateOpaque, validateSelectors, validateSet } from './validate-common.ts';

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
  const errors: FieldError[] = [];
  if ((value.string?.length ?? 0) > maxValueBytes) errors.push(tooLong(childPath(path, 'string'), maxValueBytes));
  if (value.version !== undefined) {
    const at = childPath(path, 'version');
    if (!semver.test(value.version)) errors.push(invalid(at, value.version, 'must be a string compatible with semver.org spec 2.0.0'));
    if (value.version.length > maxValueBytes) errors.push(tooLong(at, maxValueBytes));
  }
  return set.length > 1 ? [...errors, invalid(path, shown, 'exactly one value must be specified')] : errors;
};

/** Longest name of an attribute: a domain, a slash, an identifier. */
const maxKeyLength = 63 + 1 + 32;

/** A key as it stands in a path: cut in its middle when it is too long. */
const shortened = (key: string): string => {
  if (key.length <= maxKeyLength) return key;
  const left = maxKeyLength - 3;
  return `${key.slice(0, Math.ceil(left / 2))}...${key.slice(key.length - Math.floor(left / 2))}`;
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
    ...eachEntry(attributes, childPath(path, 'attributes'), (key, value) => {
      const at = keyPath(childPath(path, 'attributes'), shortened(key));
      return [...qualifiedDeviceName(key, at), ...validateAttribute(value, at)];
    }),
    ...eachEntry(capacity, childPath(path, 'capacity'), (key) =>
      qualifiedDeviceName(key, keyPath(childPath(path, 'capacity'), shortened(key))),
    ),
  ];
};

const placements = ['nodeName', 'nodeSelector', 'allNodes', 'perDeviceNodeSelection'] as const;
const oneOfPlacements = `exactly one of ${placements.map((name) => `\`${name}\``).join(', ')} is required`;

/** Where a slice's devices are: on one node, on chosen ones, or everywhere. */
const validatePlacement = ({ spec }: ResourceSlice): FieldError[] => {
  const errors: FieldError[] = [];
  const set = placements.filter((name) => (name === 'nodeSelector' ? spec[name] !== undefined : Boolean(spec[name])));
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
  const errors = poolName(name, childPath(path, 'name'));
  if ((resourceSliceCount ?? 0) <= 0) {
    errors.push(invalid(childPath(path, 'resourceSliceCount'), resourceSliceCount ?? 0, 'must be greater than zero'));
  }
  return generation < 0 ? [...errors, invalid(childPath(path, 'generation'), generation, 'must be greater than or equal to zero')] : errors;
};

/** A slice stays where it is, and in its pool. */
const fixedErrors = ({ spec }: ResourceSlice, old: ResourceSlice): FieldError[] => [
  ...unchanged(spec.pool?.name ?? '', old.spec.pool?.name ?? '', 'spec.pool.name'),
  ...unchanged(spec.driver ?? '', old.spec.driver ?? '', 'spec.driver'),
  ...unchanged(spec.nodeName, old.spec.nodeName, 'spec.nodeName'),
];

const validateSlice = (slice: ResourceSlice, old?: ResourceSlice): FieldError[] => [
  ...csiDriverName(slice.spec.driver, 'spec.driver'),
  ...validatePool(slice.spec.pool ?? { name: '', generation: 0, resourceSliceCount: 0 }, 'spec.pool'),
  ...(old ? fixedErrors(slice, old) : []),
  ...validatePlacement(slice),
  ...validateSet(slice.spec.devices, 'spec.devices', { most: maxDevices, keyOf: ({ name }) => name, check: validateDevice }),
];

export const validateResourceSlice = (slice: ResourceSlice): FieldError[] => validateSlice(slice);

export const validateResourceSliceUpdate = (slice: ResourceSlice, old: ResourceSlice): FieldError[] => validateSlice(slice, old);

/** Drivers are better named in lower case. */
export const resourceSliceWarnings = ({ spec }: ResourceSlice): readonly string[] =>
  spec.driver === spec.driver.toLowerCase()
    ? []
    : [`spec.driver: driver names should be lowercase; ${goQuote(spec.driver)} contains uppercase characters`];

import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { validateAnnotations, validateLabels } from '../../apimachinery/validation/object-meta.ts';
import { checked, childPath, requiredName, unchanged } from '../checks.ts';
import type { DeviceClaim, DeviceRequest, DeviceSubRequest, ResourceClaim, ResourceClaimTemplate } from './types.gen.ts';
import { qualifiedDeviceName, validateOpaque, validateSelectors, validateSet } from './validate-common.ts';

/** Requests and the alternatives of each: what constraints and configurations may name. */
export type RequestNames = ReadonlyMap<string, ReadonlySet<string>>;

const maxAlternatives = 8;

export const namesOf = ({ requests }: DeviceClaim): RequestNames =>
  new Map(
    (requests ?? []).map(({ name, firstAvailable }) => [name, new Set((firstAvailable ?? []).map((alternative) => alternative.name))]),
  );

const isKnown = (text: string, names: RequestNames): boolean => {
  const [request = '', alternative, ...more] = text.split('/');
  if (more.length > 0) return false;
  return alternative === undefined ? names.has(request) : (names.get(request)?.has(alternative) ?? false);
};

const unknownRequest = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

export const validateReference = (text: string, path: string, names: RequestNames): FieldError[] => {
  const segments = text.split('/');
  if (segments.length > 2) return [invalid(path, text, unknownRequest)];
  return [
    ...segments.flatMap((segment) => checked(isDns1123Label, segment, path)),
    ...(isKnown(text, names) ? [] : [invalid(path, text, unknownRequest)]),
  ];
};

export const references = (requests: readonly string[] | undefined, path: string, names: RequestNames): FieldError[] =>
  validateSet(requests, path, { keyOf: (text) => text, check: (text, at) => validateReference(text, at, names) });

type Asked = Pick<DeviceSubRequest, 'allocationMode' | 'count' | 'deviceClassName' | 'selectors'>;

/** A class, and how many of its devices. */
const validateAsked = ({ deviceClassName, selectors, allocationMode, count = 0 }: Asked, path: string): FieldError[] => {
  const errors = requiredName(isDns1123Subdomain, deviceClassName, childPath(path, 'deviceClassName'));
  errors.push(...validateSelectors(selectors, childPath(path, 'selectors')));
  const at = childPath(path, 'count');
  if (allocationMode === 'All') {
    if (count !== 0) errors.push(invalid(at, count, "must not be specified when allocationMode is 'All'"));
  } else if (allocationMode === 'ExactCount') {
    if (count <= 0) errors.push(invalid(at, count, 'must be greater than zero'));
  } else errors.push(notSupported(childPath(path, 'allocationMode'), allocationMode ?? '', ['All', 'ExactCount']));
  return errors;
};

const validateRequest = ({ name, exactly, ...request }: DeviceRequest, path: string): FieldError[] => {
  const firstAvailable = request.firstAvailable ?? [];
  const errors = checked(isDns1123Label, name ?? '', childPath(path, 'name'));
  const message = 'exactly one of `exactly` or `firstAvailable` is required';
  if (!exactly && firstAvailable.length === 0) return [...errors, required(path, message)];
  if (exactly && firstAvailable.length > 0) return [...errors, invalid(path, null, `${message}, but multiple fields are set`)];
  if (exactly) return [...errors, ...validateAsked(exactly, childPath(path, 'exactly'))];
  return [
    ...errors,
    ...validateSet(firstAvailable, childPath(path, 'firstAvailable'), {
      most: maxAlternatives,
      keyOf: (alternative) => alternative.name,
      check: (alternative, at) => [
        ...checked(isDns1123Label, alternative.name ?? '', childPath(at, 'name')),
        ...validateAsked(alternative, at),
      ],
    }),
  ];
};

/** The name of an attribute with the domain that defines it. */
const validateAttribute = (name: string, path: string): FieldError[] => {
  const errors = qualifiedDeviceName(name, path);
  return name.includes('/')
    ? errors
    : [...errors, invalid(path, name, 'a fully qualified name must be a domain and a name separated by a slash')];
};

const validateDevices = (devices: DeviceClaim, path: string): FieldError[] => {
  const names = namesOf(devices);
  return [
    ...validateSet(devices.requests, childPath(path, 'requests'), { keyOf: ({ name }) => name, check: validateRequest }),
    ...validateSet(devices.constraints, childPath(path, 'constraints'), {
      check: ({ requests, matchAttribute }, at) => [
        ...references(requests, childPath(at, 'requests'), names),
        ...(matchAttribute === undefined
          ? [required(childPath(at, 'matchAttribute'))]
          : validateAttribute(matchAttribute, childPath(at, 'matchAttribute'))),
      ],
    }),
    ...validateSet(devices.config, childPath(path, 'config'), {
      check: ({ requests, opaque }, at) => [
        ...references(requests, childPath(at, 'requests'), names),
        ...validateOpaque(opaque, childPath(at, 'opaque')),
      ],
    }),
  ];
};

export const validateResourceClaim = ({ spec }: ResourceClaim): FieldError[] => validateDevices(spec.devices ?? {}, 'spec.devices');

/** Nothing else is said of a spec that cannot change. */
export const validateResourceClaimUpdate = (claim: ResourceClaim, old: ResourceClaim): FieldError[] =>
  unchanged(claim.spec, old.spec, 'spec');

export const validateResourceClaimTemplate = ({ spec }: ResourceClaimTemplate): FieldError[] => {
  const { labels, annotations, ...rest } = spec.metadata ?? {};
  return [
    ...validateAnnotations(annotations, 'spec.metadata.annotations'),
    ...validateLabels(labels, 'spec.metadata.labels'),
    ...Object.keys(rest).map((name) => forbiddenField(`spec.metadata.${name === 'uid' ? 'uID' : name}`, 'cannot be set')),
    ...validateDevices(spec.spec?.devices ?? {}, 'spec.spec.devices'),
  ];
};

export const validateResourceClaimTemplateUpdate = (template: ResourceClaimTemplate, old: ResourceClaimTemplate): FieldError[] => [
  ...validateResourceClaimTemplate(template),
  ...unchanged(template.spec, old.spec, 'spec'),
];

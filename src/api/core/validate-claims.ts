import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import { parseQuantity } from '../../apimachinery/quantity/parse-quantity.ts';
import { compareQuantities } from '../../apimachinery/quantity/quantity.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label, isDns1123Subdomain, isQualifiedName } from '../../apimachinery/validation/names.ts';
import { checked, childPath, eachEntry, labelSelector, optionalOneOf, unchanged } from '../checks.ts';
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec, TypedLocalObjectReference, TypedObjectReference } from './types.gen.ts';
import { resourceAmount } from './validate-resources.ts';
import { accessModes, notBelowZero, positiveAmount } from './validate-storage-fields.ts';
import { requiredFields } from './validate-volume-sources.ts';

const dataSource = (source: TypedLocalObjectReference, path: string): FieldError[] => {
  const { apiGroup = '', kind } = source;
  const errors = requiredFields(source, path, ['name', 'kind']);
  if (!apiGroup && kind !== 'PersistentVolumeClaim') {
    errors.push(invalid(path, kind ?? '', "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
  }
  return apiGroup ? [...errors, ...checked(isDns1123Subdomain, apiGroup, childPath(path, 'apiGroup'))] : errors;
};

/** What the volume is filled from; the two fields say the same (KEP-1495). */
const validateDataSources = ({ dataSource: source, dataSourceRef: reference }: PersistentVolumeClaimSpec, path: string): FieldError[] => [
  ...(source ? dataSource(source, childPath(path, 'dataSource')) : []),
  ...(reference ? dataSource(reference, childPath(path, 'dataSourceRef')) : []),
  ...(reference?.namespace ? checked(isDns1123Label, reference.namespace, childPath(path, 'dataSourceRef.namespace')) : []),
  ...sameSources(source, reference, path),
];

const sameSources = (
  source: TypedLocalObjectReference | undefined,
  reference: TypedObjectReference | undefined,
  path: string,
): FieldError[] => {
  if (!source || !reference) return [];
  if (reference.namespace) return [invalid(path, {}, 'may not be specified when dataSourceRef.namespace is specified')];
  const { namespace: _namespace, ...other } = reference;
  return jsonEqual({ apiGroup: null, ...source }, { apiGroup: null, ...other }) ? [] : [invalid(path, {}, 'must match dataSourceRef')];
};

export const validateClaimSpec = (spec: PersistentVolumeClaimSpec, path: string): FieldError[] => {
  const storage = spec.resources?.requests?.['storage'];
  const storagePath = `${path}.resources[storage]`;
  return [
    ...accessModes(spec.accessModes, childPath(path, 'accessModes'), 'at least 1 access mode is required'),
    ...labelSelector(spec.selector, childPath(path, 'selector')),
    ...(storage === undefined ? [required(storagePath)] : positiveAmount('storage', storage, storagePath)),
    ...(spec.storageClassName ? checked(isDns1123Subdomain, spec.storageClassName, childPath(path, 'storageClassName')) : []),
    ...optionalOneOf(spec.volumeMode, ['Block', 'Filesystem'], childPath(path, 'volumeMode')),
    ...validateDataSources(spec, path),
    ...(spec.volumeAttributesClassName
      ? checked(isDns1123Subdomain, spec.volumeAttributesClassName, childPath(path, 'volumeAttributesClassName'))
      : []),
  ];
};

export const validateClaim = ({ spec }: PersistentVolumeClaim): FieldError[] => validateClaimSpec(spec, 'spec');

const claimMessage = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
const betaClass = 'volume.beta.kubernetes.io/storage-class';

/** A class may be named once, by the field; an old annotation must agree. */
const mayNameClass = ({ metadata, spec }: PersistentVolumeClaim, old: PersistentVolumeClaim): boolean => {
  const annotated = old.metadata.annotations?.[betaClass];
  const { storageClassName: name } = spec;
  if (name === undefined || old.spec.storageClassName !== undefined) return false;
  return annotated === undefined || (name === annotated && (metadata.annotations?.[betaClass] ?? annotated) === annotated);
};

const storageOf = ({ spec }: PersistentVolumeClaim): string | undefined => spec.resources?.requests?.['storage'];

/** The new spec with everything that may change put back. */
const withoutChangeable = (claim: PersistentVolumeClaim, old: PersistentVolumeClaim): object => {
  const { volumeName, volumeAttributesClassName, resources, storageClassName, ...rest } = claim.spec;
  const isBound = claim.status?.phase === 'Bound';
  return {
    ...rest,
    volumeName: old.spec.volumeName ? volumeName : old.spec.volumeName,
    storageClassName: mayNameClass(claim, old) ? old.spec.storageClassName : storageClassName,
    volumeAttributesClassName: isBound ? old.spec.volumeAttributesClassName : volumeAttributesClassName,
    resources:
      isBound && resources?.requests ? { ...resources, requests: { ...resources.requests, storage: storageOf(old) ?? '0' } } : resources,
  };
};

const amountOf = (amount: string | undefined) => parseQuantity(amount ?? '0');

/** A claim that could not grow may shrink again, though not below what it has (KEP-1790). */
const shrinkErrors = (claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] => {
  const size = amountOf(storageOf(claim));
  if (compareQuantities(size, amountOf(storageOf(old))) >= 0) return [];
  return compareQuantities(size, amountOf(old.status?.capacity?.['storage'])) > 0
    ? []
    : [forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity')];
};

/** Once attributes of a class are applied, the class may be another, but not none (KEP-3751). */
const attributesErrors = ({ spec }: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] => {
  const { volumeAttributesClassName: name } = spec;
  if (name || name === old.spec.volumeAttributesClassName || old.status?.currentVolumeAttributesClassName === undefined) return [];
  const what = name === undefined ? 'nil' : 'empty string';
  const message = `update to ${what} is forbidden when status.currentVolumeAttributesClassName is not nil`;
  return [forbiddenField('spec.volumeAttributesClassName', message)];
};

/** After creation only the request of a bound claim may grow (and the volume be named, once), and its attributes class change. */
export const validateClaimUpdate = (claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] => [
  ...validateClaim(claim),
  ...(mayNameClass(claim, old) && old.metadata.annotations?.[betaClass] !== undefined
    ? []
    : unchanged(
        claim.metadata.annotations?.[betaClass] ?? '',
        old.metadata.annotations?.[betaClass] ?? '',
        `metadata.annotations[${betaClass}]`,
      )),
  ...(jsonEqual(withoutChangeable(claim, old) as never, { ...old.spec } as never) ? [] : [forbiddenField('spec', `${claimMessage}\n`)]),
  ...shrinkErrors(claim, old),
  ...unchanged(claim.spec.volumeMode, old.spec.volumeMode, 'volumeMode'),
  ...attributesErrors(claim, old),
];

const resizeStatuses = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
].toSorted();

const claimResource = (name: string, path: string): FieldError[] => {
  const errors = checked(isQualifiedName, name, path);
  const isNative = !name.includes('/') || name.includes('kubernetes.io/');
  return errors.length > 0 || !isNative || name === 'storage' ? errors : [notSupported(path, name, ['storage'])];
};

/** What the controllers say of a claim's size. */
export const validateClaimStatus = ({ status }: PersistentVolumeClaim): FieldError[] => [
  ...eachEntry(status?.capacity, 'status.capacity', (_name, amount, path) => notBelowZero(amount, path)),
  ...eachEntry(status?.allocatedResourceStatuses, 'status.allocatedResourceStatuses', (name, state) => [
    ...claimResource(name, 'status.allocatedResourceStatuses'),
    ...(resizeStatuses.includes(state) ? [] : [notSupported('status.allocatedResourceStatuses', name, resizeStatuses)]),
  ]),
  ...eachEntry(status?.allocatedResources, 'status.allocatedResources', (name, amount, path) => {
    const errors = claimResource(name, 'status.allocatedResources');
    if (errors.length > 0) return errors;
    const wrong = notBelowZero(amount, path);
    return wrong.length > 0 ? wrong : resourceAmount('storage', amount, path);
  }),
];

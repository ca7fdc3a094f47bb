import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import { parseQuantity } from '../../apimachinery/quantity/parse-quantity.ts';
import { compareQuantities } from '../../apimachinery/quantity/quantity.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { checked, childPath, labelSelector, optionalOneOf, unchanged } from '../checks.ts';
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimSpec, TypedLocalObjectReference } from './types.gen.ts';
import { validatePersistentVolumeSpec } from './validate-persistent-volume.ts';
import { accessModes, positiveAmount } from './validate-storage-fields.ts';
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
  ...(source && reference && !jsonEqual({ apiGroup: null, ...source }, { apiGroup: null, ...reference })
    ? [invalid(path, {}, 'must match dataSourceRef')]
    : []),
];

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

/** After creation only the request may grow (and the volume be named, once), and the attributes class change. */
export const validateClaimUpdate = (claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] => {
  const errors = validateClaim(claim);
  const fixed = ({ spec }: PersistentVolumeClaim): object => {
    const { volumeName, volumeAttributesClassName: _class, resources, storageClassName, ...rest } = spec;
    return {
      ...rest,
      ...(old.spec.volumeName ? { volumeName } : {}),
      ...(old.spec.storageClassName === undefined ? {} : { storageClassName }),
      resources: { ...resources, requests: { ...resources?.requests, storage: '' } },
    };
  };
  if (!jsonEqual(fixed(claim), fixed(old))) return [...errors, forbiddenField('spec', `${claimMessage}\n`)];
  const before = old.spec.resources?.requests?.['storage'];
  const after = claim.spec.resources?.requests?.['storage'];
  if (before !== undefined && after !== undefined && before !== after) {
    if (old.status?.phase !== 'Bound') errors.push(forbiddenField('spec', `${claimMessage}\n`));
    else if (compareQuantities(parseQuantity(after), parseQuantity(old.status.capacity?.['storage'] ?? before)) < 0) {
      errors.push(forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity'));
    }
  }
  return errors;
};

const notSources = new Set([
  'capacity',
  'accessModes',
  'claimRef',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'mountOptions',
  'volumeMode',
  'nodeAffinity',
  'volumeAttributesClassName',
]);

export const validateVolume = ({ spec }: PersistentVolume): FieldError[] => validatePersistentVolumeSpec(spec, 'spec');

const source = ({ spec }: PersistentVolume) => Object.fromEntries(Object.entries(spec).filter(([name]) => !notSources.has(name)));

export const validateVolumeUpdate = (volume: PersistentVolume, old: PersistentVolume): FieldError[] => {
  const errors = validateVolume(volume);
  if (!jsonEqual(source(volume), source(old))) {
    errors.push(forbiddenField('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation\n'));
  }
  errors.push(...unchanged(volume.spec.volumeMode, old.spec.volumeMode, 'volumeMode'));
  return old.spec.nodeAffinity === undefined
    ? errors
    : [...errors, ...unchanged(volume.spec.nodeAffinity, old.spec.nodeAffinity, 'nodeAffinity')];
};

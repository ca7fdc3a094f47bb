import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import { parseQuantity } from '../../apimachinery/quantity/parse-quantity.ts';
import { quantitySign } from '../../apimachinery/quantity/quantity.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, forbiddenField, invalid, notSupported, required, tooLong } from '../../apimachinery/validation/field-errors.ts';
import { byteLength, isDns1123Subdomain, isLabelKey, isQualifiedName } from '../../apimachinery/validation/names.ts';
import { checked, childPath, each, labelSelector, optionalOneOf, requiredName, unchanged } from '../checks.ts';
import { validatePersistentVolumeSpec } from '../core/validate-persistent-volume.ts';
import { csiDriverName } from '../core/validate-volume-sources.ts';
import type { CSIStorageCapacity, StorageClass, VolumeAttachment, VolumeAttributesClass, VolumeError } from './types.gen.ts';

type Parameters = Readonly<Record<string, string>> | undefined;

const maxParameters = 512;
const maxParametersBytes = 256 * 1024;

/** What a provisioner is told: named, and not without end. */
const validateParameters = (parameters: Parameters, path: string, mayBeEmpty: boolean): FieldError[] => {
  const entries = Object.entries(parameters ?? {});
  if (entries.length > maxParameters)
    return [invalid(path, 'Provisioner Parameters', `exceeded max allowed parameter number ${maxParameters}`)];
  const errors: FieldError[] = [];
  if (entries.some(([name]) => name === '')) errors.push(invalid(path, '', 'field can not be empty.'));
  if (entries.reduce((bytes, [name, value]) => bytes + byteLength(name) + byteLength(value), 0) > maxParametersBytes) {
    errors.push(tooLong(path, maxParametersBytes));
  }
  return !mayBeEmpty && entries.length === 0 ? [...errors, required(path, 'must contain at least one key/value pair')] : errors;
};

const validateTopologies = (terms: StorageClass['allowedTopologies'], path: string): FieldError[] => {
  const seen: unknown[] = [];
  return each(terms, path, (term, item) => {
    const keys = new Set<string>();
    const at = childPath(item, 'matchLabelExpressions');
    const errors = each(term.matchLabelExpressions, at, ({ key, values }, expression) => {
      const own: FieldError[] = [];
      const valuesPath = childPath(expression, 'values');
      const distinct = new Set<string>();
      if (!values?.length) own.push(required(valuesPath));
      own.push(
        ...each(values, valuesPath, (value, valuePath) => {
          const isRepeated = distinct.has(value);
          distinct.add(value);
          return isRepeated ? [duplicate(valuePath, value)] : [];
        }),
      );
      own.push(...checked(isLabelKey, key ?? '', childPath(expression, 'key')));
      if (keys.has(key)) own.push(duplicate(childPath(expression, 'key'), key));
      keys.add(key);
      return own;
    });
    const shape = Object.fromEntries((term.matchLabelExpressions ?? []).map(({ key, values }) => [key, (values ?? []).toSorted()]));
    // The original counts a term of nothing as repeated.
    const repeated = keys.size === 0 || seen.some((other) => jsonEqual(other as never, shape));
    seen.push(shape);
    return repeated ? [...errors, { type: 'FieldValueDuplicate' as const, field: at, badValue: '', detail: '' }] : errors;
  });
};

/** Case does not matter, and an error shows it lower. */
const provisioner = (name: string | undefined, path: string): FieldError[] => requiredName(isQualifiedName, name?.toLowerCase(), path);

export const validateStorageClass = (storageClass: StorageClass): FieldError[] => [
  ...provisioner(storageClass.provisioner, 'provisioner'),
  ...validateParameters(storageClass.parameters, 'parameters', true),
  ...optionalOneOf(storageClass.reclaimPolicy || undefined, ['Delete', 'Retain'], 'reclaimPolicy'),
  ...(['Immediate', 'WaitForFirstConsumer'].includes(storageClass.volumeBindingMode ?? '')
    ? []
    : [notSupported('volumeBindingMode', storageClass.volumeBindingMode ?? '', ['Immediate', 'WaitForFirstConsumer'])]),
  ...validateTopologies(storageClass.allowedTopologies, 'allowedTopologies'),
];

export const validateStorageClassUpdate = (storageClass: StorageClass, old: StorageClass): FieldError[] => {
  const forbidden = (field: 'parameters' | 'provisioner') =>
    jsonEqual(storageClass[field] ?? {}, old[field] ?? {}) ? [] : [forbiddenField(field, `updates to ${field} are forbidden.`)];
  return [
    ...validateStorageClass(storageClass),
    ...forbidden('parameters'),
    ...forbidden('provisioner'),
    ...(storageClass.reclaimPolicy === old.reclaimPolicy
      ? []
      : [forbiddenField('reclaimPolicy', 'updates to reclaimPolicy are forbidden.')]),
    ...unchanged(storageClass.volumeBindingMode, old.volumeBindingMode, 'volumeBindingMode'),
  ];
};

const validateSource = (source: VolumeAttachment['spec']['source'] | undefined, path: string): FieldError[] => {
  const { inlineVolumeSpec: spec, persistentVolumeName: name } = source ?? {};
  const exactlyOne = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  if (!spec && name === undefined) return [required(path, exactlyOne)];
  if (spec && name !== undefined) return [forbiddenField(path, exactlyOne)];
  if (spec) return validatePersistentVolumeSpec(spec, childPath(path, 'inlineVolumeSpec'), true);
  return name ? [] : [required(childPath(path, 'persistentVolumeName'), 'must specify non empty persistentVolumeName')];
};

const maxErrorBytes = 1024;

const volumeError = (error: VolumeError | undefined, path: string): FieldError[] => [
  // The limit that the original names is another one.
  ...(error?.message && byteLength(error.message) > maxErrorBytes ? [tooLong(childPath(path, 'message'), maxParametersBytes)] : []),
  ...((error?.errorCode ?? 0) < 0
    ? [invalid(childPath(path, 'errorCode'), error?.errorCode, 'must be between 0 and 2147483647, inclusive')]
    : []),
];

const validateAttachment = ({ spec, status }: VolumeAttachment): FieldError[] => {
  const metadata = Object.entries(status?.attachmentMetadata ?? {});
  const size = metadata.reduce((bytes, [name, value]) => bytes + byteLength(name) + byteLength(value), 0);
  return [
    ...(spec.attacher ? [] : [required('spec.attacher')]),
    ...validateSource(spec.source, 'spec.source'),
    ...checked(isDns1123Subdomain, spec.nodeName ?? '', 'spec.nodeName'),
    ...(size > maxParametersBytes ? [tooLong('status.attachmentMetadata', maxParametersBytes)] : []),
    ...volumeError(status?.attachError, 'status.attachError'),
    ...volumeError(status?.detachError, 'status.detachError'),
  ];
};

/** Names are looked at when they are new. */
export const validateVolumeAttachment = (attachment: VolumeAttachment): FieldError[] => {
  const { attacher, source } = attachment.spec;
  const name = source?.persistentVolumeName;
  return [
    ...validateAttachment(attachment),
    ...csiDriverName(attacher, 'spec.attacher'),
    ...(name === undefined ? [] : checked(isDns1123Subdomain, name, 'spec.source.persistentVolumeName')),
  ];
};

export const validateVolumeAttachmentUpdate = (attachment: VolumeAttachment, old: VolumeAttachment): FieldError[] => [
  ...validateAttachment(attachment),
  ...unchanged(attachment.spec, old.spec, 'spec'),
];

export const validateVolumeAttributesClass = ({ driverName, parameters }: VolumeAttributesClass): FieldError[] => [
  ...provisioner(driverName, 'driverName'),
  ...validateParameters(parameters, 'parameters', false),
];

export const validateVolumeAttributesClassUpdate = (next: VolumeAttributesClass, old: VolumeAttributesClass): FieldError[] => [
  ...(next.driverName === old.driverName ? [] : [forbiddenField('driverName', 'updates to driverName are forbidden.')]),
  ...(jsonEqual(next.parameters ?? {}, old.parameters ?? {}) ? [] : [forbiddenField('parameters', 'updates to parameters are forbidden.')]),
  ...validateVolumeAttributesClass(next),
];

const notNegative = (amount: string | undefined, path: string): FieldError[] =>
  amount !== undefined && quantitySign(parseQuantity(amount)) < 0 ? [invalid(path, amount, 'must be greater than or equal to 0')] : [];

export const validateCapacity = (capacity: CSIStorageCapacity): FieldError[] => [
  ...labelSelector(capacity.nodeTopology, 'nodeTopology'),
  ...checked(isDns1123Subdomain, capacity.storageClassName ?? '', 'storageClassName'),
  ...notNegative(capacity.capacity, 'capacity'),
];

export const validateCapacityUpdate = (capacity: CSIStorageCapacity, old: CSIStorageCapacity): FieldError[] => [
  ...validateCapacity(capacity),
  ...unchanged(capacity.nodeTopology, old.nodeTopology, 'nodeTopology'),
  ...unchanged(capacity.storageClassName, old.storageClassName, 'storageClassName'),
];

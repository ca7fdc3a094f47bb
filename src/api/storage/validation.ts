import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, forbiddenField, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Subdomain, isQualifiedName } from '../../apimachinery/validation/names.ts';
import { checked, childPath, each, oneOf, optionalOneOf, requiredName, unchanged } from '../checks.ts';
import type { CSINode, StorageClass, VolumeAttachment } from './types.gen.ts';

export const validateStorageClass = (storageClass: StorageClass): FieldError[] => [
  ...(storageClass.provisioner
    ? checked(isQualifiedName, storageClass.provisioner.toLowerCase(), 'provisioner')
    : [required('provisioner')]),
  ...(Object.keys(storageClass.parameters ?? {}).includes('') ? [required('parameters', 'field can not be empty.')] : []),
  ...optionalOneOf(storageClass.reclaimPolicy, ['Delete', 'Retain'], 'reclaimPolicy'),
  ...oneOf(storageClass.volumeBindingMode, ['Immediate', 'WaitForFirstConsumer'], 'volumeBindingMode'),
];

export const validateStorageClassUpdate = (storageClass: StorageClass, old: StorageClass): FieldError[] => {
  const forbidden = (field: 'parameters' | 'provisioner') =>
    jsonEqual(storageClass[field] ?? {}, old[field] ?? {}) ? [] : [forbiddenField(field, `updates to ${field} are forbidden.`)];
  return [
    ...forbidden('parameters'),
    ...forbidden('provisioner'),
    ...(storageClass.reclaimPolicy === old.reclaimPolicy
      ? []
      : [forbiddenField('reclaimPolicy', 'updates to reclaimPolicy are forbidden.')]),
    ...unchanged(storageClass.volumeBindingMode, old.volumeBindingMode, 'volumeBindingMode'),
  ];
};

export const validateVolumeAttachment = ({ spec }: VolumeAttachment): FieldError[] => [
  ...(spec.attacher ? checked(isQualifiedName, spec.attacher.toLowerCase(), 'spec.attacher') : [required('spec.attacher')]),
  ...(spec.source?.persistentVolumeName || spec.source?.inlineVolumeSpec
    ? []
    : [required('spec.source', 'must specify one of inlineVolumeSpec and persistentVolumeName')]),
  ...(spec.nodeName ? [] : [required('spec.nodeName')]),
];

export const validateVolumeAttachmentUpdate = (attachment: VolumeAttachment, old: VolumeAttachment): FieldError[] =>
  unchanged(attachment.spec, old.spec, 'spec');

export const validateCSINode = ({ spec }: CSINode): FieldError[] => {
  const names = new Set<string>();
  return each(spec.drivers, 'spec.drivers', ({ name, nodeID }, path) => {
    const errors = requiredName(isDns1123Subdomain, name.toLowerCase(), childPath(path, 'name'));
    if (!nodeID) errors.push(required(childPath(path, 'nodeID')));
    if (name && names.has(name)) errors.push(duplicate(childPath(path, 'name'), name));
    names.add(name);
    return errors;
  });
};

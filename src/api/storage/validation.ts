import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, required } from '../../apimachinery/validation/field-errors.ts';
import { isQualifiedName } from '../../apimachinery/validation/names.ts';
import { checked, oneOf, optionalOneOf, unchanged } from '../checks.ts';
import type { StorageClass, VolumeAttachment } from './types.gen.ts';

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

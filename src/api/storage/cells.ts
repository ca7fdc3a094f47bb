import { age } from '../cells.ts';
import { cellsOf } from '../typed.ts';
import type { CSIDriver, CSINode, StorageClass, VolumeAttachment, VolumeAttributesClass } from './types.gen.ts';

const defaultAnnotations = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

export const csiDriverCells = cellsOf<CSIDriver>((driver, now) => [
  driver.metadata.name,
  driver.spec.attachRequired ?? true,
  driver.spec.podInfoOnMount ?? false,
  driver.spec.storageCapacity ?? false,
  driver.spec.tokenRequests?.map(({ audience }) => audience).join(',') ?? '<unset>',
  driver.spec.requiresRepublish ?? false,
  (driver.spec.volumeLifecycleModes ?? []).join(',') || '<none>',
  age(driver, now),
]);

export const csiNodeCells = cellsOf<CSINode>((node, now) => [node.metadata.name, node.spec.drivers?.length ?? 0, age(node, now)]);

export const storageClassCells = cellsOf<StorageClass>((storageClass, now) => {
  const isDefault = defaultAnnotations.some((name) => storageClass.metadata.annotations?.[name] === 'true');
  return [
    isDefault ? `${storageClass.metadata.name} (default)` : storageClass.metadata.name,
    storageClass.provisioner,
    storageClass.reclaimPolicy ?? 'Delete',
    storageClass.volumeBindingMode ?? 'Immediate',
    storageClass.allowVolumeExpansion ?? false,
    age(storageClass, now),
  ];
});

export const volumeAttachmentCells = cellsOf<VolumeAttachment>((attachment, now) => [
  attachment.metadata.name,
  attachment.spec.attacher,
  attachment.spec.source?.persistentVolumeName ?? '',
  attachment.spec.nodeName,
  attachment.status?.attached ?? false,
  age(attachment, now),
]);

export const volumeAttributesClassCells = cellsOf<VolumeAttributesClass>((attributesClass, now) => [
  attributesClass.metadata.name,
  attributesClass.driverName,
  age(attributesClass, now),
]);

import { age } from '../cells.ts';
import { cellsOf } from '../typed.ts';
import type { PersistentVolume, PersistentVolumeClaim } from './types.gen.ts';

/** How the class was named before spec.storageClassName. */
const classAnnotation = 'volume.beta.kubernetes.io/storage-class';

const modeNames = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const;

const accessModes = (modes: readonly string[] | undefined): string =>
  modeNames
    .filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');

export const persistentVolumeCells = cellsOf<PersistentVolume>((volume, now) => {
  const { metadata, spec, status } = volume;
  return [
    metadata.name,
    spec.capacity?.['storage'] ?? '0',
    accessModes(spec.accessModes),
    spec.persistentVolumeReclaimPolicy ?? '',
    metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
    spec.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : '',
    metadata.annotations?.[classAnnotation] ?? spec.storageClassName ?? '',
    spec.volumeAttributesClassName ?? '<unset>',
    status?.reason ?? '',
    age(volume, now),
    spec.volumeMode ?? '<unset>',
  ];
});

export const persistentVolumeClaimCells = cellsOf<PersistentVolumeClaim>((claim, now) => {
  const { metadata, spec, status } = claim;
  const isBound = Boolean(spec.volumeName);
  return [
    metadata.name,
    metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
    spec.volumeName ?? '',
    isBound ? (status?.capacity?.['storage'] ?? '0') : '',
    isBound ? accessModes(status?.accessModes) : '',
    metadata.annotations?.[classAnnotation] ?? spec.storageClassName ?? '',
    spec.volumeAttributesClassName ?? '<unset>',
    age(claim, now),
    spec.volumeMode ?? '<unset>',
  ];
});

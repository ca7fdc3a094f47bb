import { compareQuantities } from '../../../apimachinery/quantity/quantity.ts';
import { parseQuantity } from '../../../apimachinery/quantity/parse-quantity.ts';
import { labelSelectorFromSpec, matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../../api/core/types.gen.ts';

export const isFor = ({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean =>
  spec?.claimRef?.name === metadata.name &&
  spec.claimRef.namespace === metadata.namespace &&
  (spec.claimRef.uid === undefined || spec.claimRef.uid === metadata.uid);

const storageOf = (list: Record<string, string> | undefined) => parseQuantity(list?.['storage'] ?? '0');

const satisfies = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean => {
  const { spec, metadata } = volume;
  const wanted = claim.spec;
  if (volume.metadata.deletionTimestamp || (spec?.claimRef && !isFor(volume, claim))) return false;
  if ((spec?.storageClassName ?? '') !== (wanted?.storageClassName ?? '')) return false;
  if ((spec?.volumeAttributesClassName ?? '') !== (wanted?.volumeAttributesClassName ?? '')) return false;
  if ((spec?.volumeMode ?? 'Filesystem') !== (wanted?.volumeMode ?? 'Filesystem')) return false;
  if (!(wanted?.accessModes ?? []).every((mode) => spec?.accessModes?.includes(mode))) return false;
  if (wanted?.selector && !matchesLabels(labelSelectorFromSpec(wanted.selector), metadata.labels)) return false;
  return compareQuantities(storageOf(spec?.capacity), storageOf(wanted?.resources?.requests)) >= 0;
};

/** The volume to bind: the one reserved for the claim, else the smallest that satisfies it. */
export const findVolume = (claim: PersistentVolumeClaim, volumes: readonly PersistentVolume[]): PersistentVolume | undefined => {
  const named = claim.spec?.volumeName;
  if (named) return volumes.find((volume) => volume.metadata.name === named && (!volume.spec?.claimRef || isFor(volume, claim)));
  const fitting = volumes.filter((volume) => satisfies(volume, claim));
  return (
    fitting.find((volume) => isFor(volume, claim)) ??
    fitting.toSorted((a, b) => compareQuantities(storageOf(a.spec?.capacity), storageOf(b.spec?.capacity)))[0]
  );
};

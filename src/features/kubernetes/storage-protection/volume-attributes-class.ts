import type { PersistentVolume, PersistentVolumeClaim } from '../../../api/core/types.gen.ts';
import type { VolumeAttributesClass } from '../../../api/storage/types.gen.ts';
import { persistentVolumeClaimsRef, persistentVolumesRef, volumeAttributesClassesRef } from '../../../api/refs.gen.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { releaseFinalizer } from '../common/release-finalizer.ts';

const finalizer = 'kubernetes.io/vac-protection';

const classesOfClaim = ({ spec, status }: PersistentVolumeClaim): readonly string[] =>
  [
    spec.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ].filter((name) => name !== undefined && name !== '') as string[];
const classesOfVolume = ({ spec }: PersistentVolume): readonly string[] =>
  spec.volumeAttributesClassName ? [spec.volumeAttributesClassName] : [];

/** Lets a deleted VolumeAttributesClass go when no claim and no volume names it any more. */
export const addVolumeAttributesClassProtection = (manager: Manager): void => {
  const classes = manager.informer<VolumeAttributesClass>(volumeAttributesClassesRef);
  const claims = manager.informer<PersistentVolumeClaim>(persistentVolumeClaimsRef);
  const volumes = manager.informer<PersistentVolume>(persistentVolumesRef);
  claims.addIndex('attributes-class', classesOfClaim);
  volumes.addIndex('attributes-class', classesOfVolume);
  const claimClient = manager.client.resource<PersistentVolumeClaim>(persistentVolumeClaimsRef);
  const volumeClient = manager.client.resource<PersistentVolume>(persistentVolumesRef);
  const client = manager.client.resource<VolumeAttributesClass>(volumeAttributesClassesRef);

  manager.addController({
    name: 'vac-protection',
    watches: [
      watch(classes),
      watch(claims, ({ object, old }) => [...classesOfClaim(object), ...(old ? classesOfClaim(old) : [])]),
      watch(volumes, ({ object, old }) => [...classesOfVolume(object), ...(old ? classesOfVolume(old) : [])]),
    ],
    reconcile: async (name) => {
      const found = classes.byKey(name);
      if (!found?.metadata.deletionTimestamp || !found.metadata.finalizers?.includes(finalizer)) return;
      if (claims.byIndex('attributes-class', name).length > 0 || volumes.byIndex('attributes-class', name).length > 0) return;
      // Rare and final: not on the word of informers that may lag behind.
      const [claimList, volumeList] = await Promise.all([claimClient.list(), volumeClient.list()]);
      const used = [...claimList.items.flatMap(classesOfClaim), ...volumeList.items.flatMap(classesOfVolume)].includes(name);
      if (!used) await releaseFinalizer(client, found, finalizer);
    },
  });
};

import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../../api/core/types.gen.ts';
import { persistentVolumeClaimsRef, persistentVolumesRef, podsRef } from '../../../api/refs.gen.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { isTerminal } from '../common/pod-state.ts';
import { releaseFinalizer } from '../common/release-finalizer.ts';
import { addVolumeAttributesClassProtection } from './volume-attributes-class.ts';

const claimFinalizer = 'kubernetes.io/pvc-protection';
const volumeFinalizer = 'kubernetes.io/pv-protection';

const claimsUsedBy = (pod: Pod): readonly string[] =>
  (pod.spec.volumes ?? [])
    .map(({ name, persistentVolumeClaim, ephemeral }) => (ephemeral ? `${pod.metadata.name}-${name}` : persistentVolumeClaim?.claimName))
    .filter((name) => name !== undefined)
    .map((name) => `${pod.metadata.namespace ?? ''}/${name}`);

/** Lets deleted claims go when no pod uses them any more, deleted volumes when they are not bound, and classes when nothing names them. */
export const addStorageProtectionController = (manager: Manager): void => {
  const claims = manager.informer<PersistentVolumeClaim>(persistentVolumeClaimsRef);
  const volumes = manager.informer<PersistentVolume>(persistentVolumesRef);
  const pods = manager.informer<Pod>(podsRef);
  pods.addIndex('claim', claimsUsedBy);
  const claimClient = manager.as('pvc-protection-controller').client.resource<PersistentVolumeClaim>(persistentVolumeClaimsRef);
  const volumeClient = manager.as('pv-protection-controller').client.resource<PersistentVolume>(persistentVolumesRef);

  manager.addController({
    name: 'pvc-protection',
    watches: [watch(claims), watch(pods, ({ object }) => claimsUsedBy(object))],
    reconcile: async (key) => {
      const claim = claims.byKey(key);
      if (!claim?.metadata.deletionTimestamp || !claim.metadata.finalizers?.includes(claimFinalizer)) return;
      // A pod that was never scheduled uses nothing once it is being deleted.
      const used = pods.byIndex('claim', key).some((pod) => !isTerminal(pod) && (pod.spec.nodeName || !pod.metadata.deletionTimestamp));
      if (!used) await releaseFinalizer(claimClient, claim, claimFinalizer);
    },
  });
  manager.addController({
    name: 'pv-protection',
    watches: [watch(volumes, ({ object }) => [keyOf(object)])],
    reconcile: async (name) => {
      const volume = volumes.byKey(name);
      if (!volume?.metadata.deletionTimestamp || !volume.metadata.finalizers?.includes(volumeFinalizer)) return;
      if (volume.status?.phase !== 'Bound') await releaseFinalizer(volumeClient, volume, volumeFinalizer);
    },
  });
  addVolumeAttributesClassProtection(manager.as('volumeattributesclass-protection-controller'));
};

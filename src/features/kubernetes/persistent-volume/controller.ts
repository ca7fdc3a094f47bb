import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../../api/core/types.gen.ts';
import { persistentVolumeClaimsRef, persistentVolumesRef, storageClassesRef } from '../../../api/refs.gen.ts';
import type { StorageClass } from '../../../api/storage/types.gen.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { deleteObject } from '../common/delete-object.ts';
import { findVolume, isFor } from './match.ts';
import { simulatedProvisioner, simulatedVolume } from './simulated-storage.ts';

const selectedNodeAnnotation = 'volume.kubernetes.io/selected-node';

/** Binds claims to volumes, provisions simulated ones, and reclaims volumes whose claim is gone. */
export const addPersistentVolumeController = (manager: Manager): void => {
  const { client } = manager;
  const events = manager.recorder('persistentvolume-controller');
  const claims = manager.informer<PersistentVolumeClaim>(persistentVolumeClaimsRef);
  const volumes = manager.informer<PersistentVolume>(persistentVolumesRef);
  const classes = manager.informer<StorageClass>(storageClassesRef);
  const claimClient = client.resource<PersistentVolumeClaim>(persistentVolumeClaimsRef);
  const volumeClient = client.resource<PersistentVolume>(persistentVolumesRef);

  const setVolumePhase = async (volume: PersistentVolume, phase: NonNullable<PersistentVolume['status']>['phase']): Promise<void> => {
    if (volume.status?.phase !== phase)
      await volumeClient.updateStatus({ ...volume, status: { ...volume.status, ...(phase ? { phase } : {}) } });
  };
  const setClaimStatus = async (claim: PersistentVolumeClaim, status: NonNullable<PersistentVolumeClaim['status']>): Promise<void> => {
    const next = { ...claim.status, ...status };
    if (!semanticEqual(next, claim.status)) await claimClient.updateStatus({ ...claim, status: next });
  };

  const bind = async (claim: PersistentVolumeClaim, volume: PersistentVolume): Promise<void> => {
    const { namespace = '', name, uid = '', resourceVersion = '' } = claim.metadata;
    const reserved = volume.spec?.claimRef?.uid === uid;
    const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion };
    const annotate = { 'pv.kubernetes.io/bound-by-controller': 'yes' };
    const bound = reserved
      ? volume
      : await volumeClient.update({
          ...volume,
          metadata: { ...volume.metadata, annotations: { ...volume.metadata.annotations, ...annotate } },
          spec: { ...volume.spec, claimRef },
        });
    await setVolumePhase(bound, 'Bound');
    const annotations = { ...claim.metadata.annotations, 'pv.kubernetes.io/bind-completed': 'yes', ...annotate };
    const current =
      claim.spec?.volumeName === volume.metadata.name && claim.metadata.annotations?.['pv.kubernetes.io/bind-completed']
        ? claim
        : await claimClient.update({
            ...claim,
            metadata: { ...claim.metadata, annotations },
            spec: { ...claim.spec, volumeName: volume.metadata.name },
          });
    const { accessModes, capacity, volumeAttributesClassName } = volume.spec ?? {};
    await setClaimStatus(current, {
      phase: 'Bound',
      ...(accessModes ? { accessModes } : {}),
      ...(capacity ? { capacity } : {}),
      // Later it is up to who changes the volume.
      ...(volumeAttributesClassName !== undefined && current.status?.phase === 'Pending'
        ? { currentVolumeAttributesClassName: volumeAttributesClassName }
        : {}),
    });
  };

  const provision = async (claim: PersistentVolumeClaim): Promise<void> => {
    const storageClass = classes.byKey(claim.spec?.storageClassName ?? '');
    if (!storageClass) {
      const reason = claim.spec?.storageClassName ? 'ProvisioningFailed' : 'FailedBinding';
      const message = claim.spec?.storageClassName
        ? `storageclass.storage.k8s.io "${claim.spec.storageClassName}" not found`
        : 'no persistent volumes available for this claim and no storage class is set';
      return events.event(claim, claim.spec?.storageClassName ? 'Warning' : 'Normal', reason, message);
    }
    if (storageClass.volumeBindingMode === 'WaitForFirstConsumer' && !claim.metadata.annotations?.[selectedNodeAnnotation]) {
      return events.event(claim, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
    }
    if (storageClass.provisioner !== simulatedProvisioner) {
      const message = `Waiting for a volume to be created either by the external provisioner '${storageClass.provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
      return events.event(claim, 'Normal', 'ExternalProvisioning', message);
    }
    const wanted = simulatedVolume(claim, storageClass);
    try {
      await bind(claim, await volumeClient.create(wanted));
    } catch (error) {
      if (!isStatusError(error, 'AlreadyExists')) throw error;
      return;
    }
    events.event(claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${wanted.metadata.name}`);
  };

  const reconcileClaim = async (claim: PersistentVolumeClaim): Promise<void> => {
    const volume = findVolume(claim, volumes.list());
    if (claim.metadata.annotations?.['pv.kubernetes.io/bind-completed'] && claim.spec?.volumeName && !volume) {
      if (claim.status?.phase !== 'Lost')
        events.event(claim, 'Warning', 'ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
      return setClaimStatus(claim, { phase: 'Lost' });
    }
    if (volume) return bind(claim, volume);
    await setClaimStatus(claim, { phase: 'Pending' });
    if (!claim.spec?.volumeName && !claim.metadata.deletionTimestamp) await provision(claim);
  };
  const reconcileVolume = async (volume: PersistentVolume): Promise<void> => {
    const claimRef = volume.spec?.claimRef;
    if (!claimRef) return setVolumePhase(volume, 'Available');
    const claim = claims.get(claimRef.name ?? '', claimRef.namespace);
    if (claim && isFor(volume, claim)) return;
    if (!claimRef.uid) return setVolumePhase(volume, 'Available');
    const fresh = await claimClient.find(claimRef.name ?? '', claimRef.namespace);
    if (fresh && isFor(volume, fresh)) return;
    await setVolumePhase(volume, 'Released');
    const simulated = volume.metadata.annotations?.['pv.kubernetes.io/provisioned-by'] === simulatedProvisioner;
    if (simulated && volume.spec?.persistentVolumeReclaimPolicy === 'Delete') await deleteObject(volumeClient, volume);
  };

  const reconcile = async (key: string): Promise<ReconcileResult> => {
    const [kind, ...rest] = key.split(':');
    const name = rest.join(':');
    const claim = kind === 'claim' ? claims.byKey(name) : undefined;
    const volume = kind === 'volume' ? volumes.byKey(name) : undefined;
    if (claim) await reconcileClaim(claim);
    if (volume && !volume.metadata.deletionTimestamp) await reconcileVolume(volume);
    return undefined;
  };
  const claimOf = ({ spec }: PersistentVolume): string[] =>
    spec?.claimRef ? [`claim:${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}`] : unbound();
  const unbound = (): string[] =>
    claims
      .list()
      .filter(({ spec }) => !spec?.volumeName)
      .map((claim) => `claim:${keyOf(claim)}`);
  manager.addController({
    name: 'persistent-volume',
    watches: [
      watch(claims, ({ type, object }) => [
        `claim:${keyOf(object)}`,
        ...(type === 'deleted' && object.spec?.volumeName ? [`volume:${object.spec.volumeName}`] : []),
      ]),
      watch(volumes, ({ object }) => [`volume:${object.metadata.name}`, ...claimOf(object)]),
      watch(classes, () => unbound()),
    ],
    reconcile,
    // Two claims must not choose the same volume at once.
    concurrency: 1,
  });
};

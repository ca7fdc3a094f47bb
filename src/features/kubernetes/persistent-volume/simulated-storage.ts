import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../../api/core/types.gen.ts';
import { storageClassesRef } from '../../../api/refs.gen.ts';
import type { StorageClass } from '../../../api/storage/types.gen.ts';
import type { Client } from '../../../client/contract.ts';
import { simulatedLabel } from '../common/simulated-label.ts';

/** Volumes that hold nothing: what simulated pods mount. */
export const simulatedProvisioner = 'simulation.causeway.dev/volumes';
/** CSI drivers are named by a domain alone. */
const simulatedDriver = 'simulation.causeway.dev';

const defaultClass: StorageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name: 'simulated',
    labels: { [simulatedLabel]: 'true' },
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  },
  provisioner: simulatedProvisioner,
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'Immediate',
  allowVolumeExpansion: true,
};

/** Gives a cluster without storage classes a default one. */
export const ensureSimulatedClass = async (client: Client, signal: AbortSignal): Promise<void> => {
  const classes = client.resource<StorageClass>(storageClassesRef);
  if ((await classes.list({ limit: 1, signal })).items.length > 0) return;
  try {
    await classes.create(defaultClass, { signal });
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error;
  }
};

/** The volume for a claim, already reserved for it. */
export const simulatedVolume = (claim: PersistentVolumeClaim, storageClass: StorageClass): PersistentVolume => {
  const { namespace = '', name, uid = '' } = claim.metadata;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: `pvc-${uid}`,
      labels: { [simulatedLabel]: 'true' },
      annotations: { 'pv.kubernetes.io/provisioned-by': simulatedProvisioner },
    },
    spec: {
      accessModes: [...(claim.spec?.accessModes ?? [])],
      capacity: { storage: claim.spec?.resources?.requests?.['storage'] ?? '1Gi' },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
      csi: { driver: simulatedDriver, volumeHandle: uid },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      ...(claim.spec?.volumeMode ? { volumeMode: claim.spec.volumeMode } : {}),
    },
  };
};

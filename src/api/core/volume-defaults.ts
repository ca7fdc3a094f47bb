import { isLatest } from './container-defaults.ts';
import type { DownwardAPIVolumeFile, PersistentVolumeClaimSpec, ProjectedVolumeSource, Volume } from './types.gen.ts';

const defaultMode = 0o644;

/** Defaults of a pod's volume; a volume without any source is an emptyDir. */
export const defaultVolume = (volume: Volume): void => {
  if (Object.keys(volume).every((field) => field === 'name')) volume.emptyDir = {};
  if (volume.secret) volume.secret.defaultMode ??= defaultMode;
  if (volume.configMap) volume.configMap.defaultMode ??= defaultMode;
  if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= defaultMode;
    defaultDownwardFiles(volume.downwardAPI.items);
  }
  if (volume.projected) defaultProjected(volume.projected);
  if (volume.hostPath) volume.hostPath.type ??= '';
  if (volume.ephemeral?.volumeClaimTemplate) defaultClaimSpec(volume.ephemeral.volumeClaimTemplate.spec);
  if (volume.iscsi) volume.iscsi.iscsiInterface ||= 'default';
  if (volume.image) volume.image.pullPolicy ||= isLatest(volume.image.reference) ? 'Always' : 'IfNotPresent';
  defaultDisks(volume);
};

/** The same disks exist as persistent volume sources. */
export const defaultDisks = ({ rbd, azureDisk, scaleIO }: Pick<Volume, 'rbd' | 'azureDisk' | 'scaleIO'>): void => {
  if (rbd) {
    rbd.pool ||= 'rbd';
    rbd.user ||= 'admin';
    rbd.keyring ||= '/etc/ceph/keyring';
  }
  if (azureDisk) {
    azureDisk.cachingMode ??= 'ReadWrite';
    azureDisk.kind ??= 'Shared';
    azureDisk.fsType ??= 'ext4';
    azureDisk.readOnly ??= false;
  }
  if (scaleIO) {
    scaleIO.storageMode ||= 'ThinProvisioned';
    scaleIO.fsType ||= 'xfs';
  }
};

export const defaultClaimSpec = (spec: PersistentVolumeClaimSpec): void => {
  spec.volumeMode ??= 'Filesystem';
};

const defaultDownwardFiles = (files: readonly DownwardAPIVolumeFile[] | undefined): void => {
  for (const { fieldRef } of files ?? []) if (fieldRef) fieldRef.apiVersion ||= 'v1';
};

const defaultProjected = (projected: ProjectedVolumeSource): void => {
  projected.defaultMode ??= defaultMode;
  for (const { serviceAccountToken, downwardAPI, podCertificate } of projected.sources ?? []) {
    if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= 3600;
    if (podCertificate) podCertificate.maxExpirationSeconds ??= 86_400;
    defaultDownwardFiles(downwardAPI?.items);
  }
};

import { defaultPodTemplate } from './pod-defaults.ts';
import { defaultClaimSpec, defaultDisks } from './volume-defaults.ts';
import { defaultTemplateLabels } from './template-labels.ts';
import type {
  Endpoints,
  LimitRange,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  ReplicationController,
} from './types.gen.ts';

/** KEP-2161: every namespace carries its name as a label. */
export const defaultNamespace = (namespace: Namespace): void => {
  const { metadata } = namespace;
  if (metadata.name) metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
  namespace.status = { phase: 'Active', ...namespace.status };
};

/** The first of several address ranges is also the one range of old; where they differ, the old one counts. */
export const defaultNode = ({ spec, status }: Node): void => {
  if (spec.podCIDR && spec.podCIDRs?.[0] !== spec.podCIDR) spec.podCIDRs = [spec.podCIDR];
  else if (spec.podCIDRs?.[0] && !spec.podCIDR) spec.podCIDR = spec.podCIDRs[0];
  if (status?.capacity && !status.allocatable) status.allocatable = { ...status.capacity };
};

export const defaultPersistentVolume = (volume: PersistentVolume): void => {
  volume.status = { phase: 'Pending', ...volume.status };
  volume.spec.persistentVolumeReclaimPolicy ||= 'Retain';
  volume.spec.volumeMode ??= 'Filesystem';
  if (volume.spec.hostPath) volume.spec.hostPath.type ??= '';
  if (volume.spec.iscsi) volume.spec.iscsi.iscsiInterface ||= 'default';
  defaultDisks(volume.spec as Parameters<typeof defaultDisks>[0]);
};

export const defaultPersistentVolumeClaim = (claim: PersistentVolumeClaim): void => {
  claim.status = { phase: 'Pending', ...claim.status };
  defaultClaimSpec(claim.spec);
};

export const defaultEndpoints = (endpoints: Endpoints): void => {
  for (const { ports } of endpoints.subsets ?? []) for (const port of ports ?? []) port.protocol ||= 'TCP';
};

/** A container's default limit is the maximum, its default request the default limit, else the minimum. */
export const defaultLimitRange = ({ spec }: LimitRange): void => {
  for (const item of spec.limits ?? []) {
    if (item.type !== 'Container') continue;
    const limits = { ...item.max, ...item.default };
    const requests = { ...item.min, ...limits, ...item.defaultRequest };
    if (Object.keys(limits).length > 0) item.default = limits;
    if (Object.keys(requests).length > 0) item.defaultRequest = requests;
  }
};

export const defaultReplicationController = (controller: ReplicationController): void => {
  const { spec, metadata } = controller;
  const labels = spec.template?.metadata?.labels;
  if (labels && Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
  defaultTemplateLabels(metadata, spec.template);
  spec.replicas ??= 1;
  defaultPodTemplate(spec.template);
};

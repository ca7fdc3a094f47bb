import { defaultPodTemplate } from '../core/pod-defaults.ts';
import { defaultClaimSpec } from '../core/volume-defaults.ts';
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from './types.gen.ts';

export const defaultDeployment = ({ spec }: Deployment): void => {
  spec.replicas ??= 1;
  const strategy = (spec.strategy ??= {});
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') strategy.rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...strategy.rollingUpdate };
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
  defaultPodTemplate(spec.template);
};

export const defaultDaemonSet = ({ spec }: DaemonSet): void => {
  const strategy = (spec.updateStrategy ??= {});
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') strategy.rollingUpdate = { maxUnavailable: 1, maxSurge: 0, ...strategy.rollingUpdate };
  else if (strategy.rollingUpdate) strategy.rollingUpdate = { maxUnavailable: 0, maxSurge: 0, ...strategy.rollingUpdate };
  spec.revisionHistoryLimit ??= 10;
  defaultPodTemplate(spec.template);
};

export const defaultReplicaSet = ({ spec }: ReplicaSet): void => {
  spec.replicas ??= 1;
  defaultPodTemplate(spec.template);
};

export const defaultStatefulSet = ({ spec }: StatefulSet): void => {
  spec.podManagementPolicy ||= 'OrderedReady';
  const strategy = (spec.updateStrategy ??= {});
  if (!strategy.type) {
    strategy.type = 'RollingUpdate';
    strategy.rollingUpdate ??= {};
  }
  if (strategy.type === 'RollingUpdate' && strategy.rollingUpdate) strategy.rollingUpdate.partition ??= 0;
  const retention = (spec.persistentVolumeClaimRetentionPolicy ??= {});
  retention.whenDeleted ||= 'Retain';
  retention.whenScaled ||= 'Retain';
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion ||= 'v1';
    claim.kind ||= 'PersistentVolumeClaim';
    claim.status = { phase: 'Pending', ...claim.status };
    defaultClaimSpec(claim.spec);
  }
  defaultPodTemplate(spec.template);
};

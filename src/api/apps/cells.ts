import { age, containerCells, labelsText, selectorText } from '../cells.ts';
import { cellsOf } from '../typed.ts';
import type { ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet } from './types.gen.ts';

export const controllerRevisionCells = cellsOf<ControllerRevision>((revision, now) => {
  const owner = revision.metadata.ownerReferences?.find(({ controller }) => controller);
  const group = owner?.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]}` : '';
  const controller = owner ? `${owner.kind}${group}`.toLowerCase() + `/${owner.name}` : '<none>';
  return [revision.metadata.name, controller, revision.revision, age(revision, now)];
});

export const daemonSetCells = cellsOf<DaemonSet>((set, now) => [
  set.metadata.name,
  set.status?.desiredNumberScheduled ?? 0,
  set.status?.currentNumberScheduled ?? 0,
  set.status?.numberReady ?? 0,
  set.status?.updatedNumberScheduled ?? 0,
  set.status?.numberAvailable ?? 0,
  labelsText(set.spec.template?.spec?.nodeSelector),
  age(set, now),
  ...containerCells(set.spec.template?.spec?.containers),
  selectorText(set.spec.selector),
]);

export const deploymentCells = cellsOf<Deployment>((deployment, now) => [
  deployment.metadata.name,
  `${deployment.status?.readyReplicas ?? 0}/${deployment.spec.replicas ?? 0}`,
  deployment.status?.updatedReplicas ?? 0,
  deployment.status?.availableReplicas ?? 0,
  age(deployment, now),
  ...containerCells(deployment.spec.template?.spec?.containers),
  selectorText(deployment.spec.selector, ''),
]);

export const replicaSetCells = cellsOf<ReplicaSet>((set, now) => [
  set.metadata.name,
  set.spec.replicas ?? 0,
  set.status?.replicas ?? 0,
  set.status?.readyReplicas ?? 0,
  age(set, now),
  ...containerCells(set.spec.template?.spec?.containers),
  selectorText(set.spec.selector),
]);

export const statefulSetCells = cellsOf<StatefulSet>((set, now) => [
  set.metadata.name,
  `${set.status?.readyReplicas ?? 0}/${set.spec.replicas ?? 0}`,
  age(set, now),
  ...containerCells(set.spec.template?.spec?.containers),
]);

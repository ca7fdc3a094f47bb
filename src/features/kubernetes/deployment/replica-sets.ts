import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import type { Deployment, ReplicaSet } from '../../../api/apps/types.gen.ts';
import type { PodTemplateSpec } from '../../../api/core/types.gen.ts';
import { resolveIntOrPercent } from '../common/int-or-percent.ts';

export const hashLabel = 'pod-template-hash';

export const desiredOf = ({ spec }: Deployment | ReplicaSet): number => spec.replicas ?? 1;
export const sizeOf = (replicaSets: readonly ReplicaSet[]): number => replicaSets.reduce((sum, set) => sum + desiredOf(set), 0);
export const availableOf = (replicaSets: readonly ReplicaSet[]): number =>
  replicaSets.reduce((sum, { status }) => sum + (status?.availableReplicas ?? 0), 0);
export const readyOf = (replicaSets: readonly ReplicaSet[]): number =>
  replicaSets.reduce((sum, { status }) => sum + (status?.readyReplicas ?? 0), 0);
export const actualOf = (replicaSets: readonly ReplicaSet[]): number =>
  replicaSets.reduce((sum, { status }) => sum + (status?.replicas ?? 0), 0);

export const isRollingUpdate = ({ spec }: Deployment): boolean => (spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';

/** Surge rounds up, unavailable rounds down; both zero would never move, so unavailable becomes 1. */
export const fenceposts = (deployment: Deployment): { readonly maxSurge: number; readonly maxUnavailable: number } => {
  const desired = desiredOf(deployment);
  if (!isRollingUpdate(deployment)) return { maxSurge: 0, maxUnavailable: 0 };
  const { maxSurge, maxUnavailable } = deployment.spec.strategy?.rollingUpdate ?? {};
  const surge = resolveIntOrPercent(maxSurge ?? '25%', desired, 'up');
  const unavailable = resolveIntOrPercent(maxUnavailable ?? '25%', desired, 'down');
  return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, desired) };
};

export const byCreation = (a: ReplicaSet, b: ReplicaSet): number =>
  (Date.parse(a.metadata.creationTimestamp ?? '') || 0) - (Date.parse(b.metadata.creationTimestamp ?? '') || 0) ||
  (a.metadata.name < b.metadata.name ? -1 : 1);

const withoutHash = (template: PodTemplateSpec | undefined): unknown => {
  const { [hashLabel]: _hash, ...labels } = template?.metadata?.labels ?? {};
  return { metadata: { ...template?.metadata, labels }, spec: template?.spec };
};

export const sameTemplate = (a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean =>
  semanticEqual(withoutHash(a), withoutHash(b));

/** The ReplicaSet of the Deployment's present template, the oldest when there are several, and all others. */
export const splitReplicaSets = (
  deployment: Deployment,
  owned: readonly ReplicaSet[],
): { readonly newest: ReplicaSet | undefined; readonly old: readonly ReplicaSet[] } => {
  const newest = owned.toSorted(byCreation).find(({ spec }) => sameTemplate(spec.template, deployment.spec.template));
  return { newest, old: owned.filter((set) => set !== newest) };
};

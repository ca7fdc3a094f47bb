import type { Deployment, ReplicaSet } from '../../../api/apps/types.gen.ts';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
export const revisionHistoryAnnotation = 'deployment.kubernetes.io/revision-history';
export const desiredReplicasAnnotation = 'deployment.kubernetes.io/desired-replicas';
export const maxReplicasAnnotation = 'deployment.kubernetes.io/max-replicas';

const notCopied = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  revisionAnnotation,
  revisionHistoryAnnotation,
  desiredReplicasAnnotation,
  maxReplicasAnnotation,
]);

export const revisionOf = ({ metadata }: { metadata: ReplicaSet['metadata'] }): number =>
  Number(metadata.annotations?.[revisionAnnotation] ?? 0) || 0;

const integerAnnotation = (replicaSet: ReplicaSet, name: string): number | undefined => {
  const value = Number(replicaSet.metadata.annotations?.[name]);
  return Number.isInteger(value) && replicaSet.metadata.annotations?.[name] !== undefined ? value : undefined;
};

/** The Deployment's replicas when it last sized this ReplicaSet. */
export const desiredReplicasOf = (replicaSet: ReplicaSet): number | undefined => integerAnnotation(replicaSet, desiredReplicasAnnotation);
export const maxReplicasOf = (replicaSet: ReplicaSet): number | undefined => integerAnnotation(replicaSet, maxReplicasAnnotation);

/** The annotations a ReplicaSet carries as the newest of its Deployment: the Deployment's own, its revision, and where that revision was before. */
export const newestAnnotations = (deployment: Deployment, current: Record<string, string>, revision: number): Record<string, string> => {
  const next = { ...current };
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) if (!notCopied.has(name)) next[name] = value;
  const old = Number(current[revisionAnnotation] ?? 0) || 0;
  if (old < revision) {
    next[revisionAnnotation] = String(revision);
    if (old > 0) next[revisionHistoryAnnotation] = withRevision(current[revisionHistoryAnnotation], old);
  }
  return next;
};

function withRevision(history: string | undefined, revision: number): string {
  const known = (history ?? '').split(',').filter((entry) => entry !== '');
  return known.includes(String(revision)) ? known.join(',') : [...known, String(revision)].join(',');
}

/** The annotations that record what a ReplicaSet was sized for; proportional scaling reads them. */
export const sizeAnnotations = (current: Record<string, string> | undefined, desired: number, max: number): Record<string, string> => ({
  ...current,
  [desiredReplicasAnnotation]: String(desired),
  [maxReplicasAnnotation]: String(max),
});

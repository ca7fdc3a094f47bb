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

/** An int64: an adopted ReplicaSet may bring any. 0 when there is none. */
const parseRevision = (text = ''): bigint => (/^[0-9]+$/.test(text) ? BigInt(text) : 0n);

export const revisionOf = ({ metadata }: { metadata: ReplicaSet['metadata'] }): bigint =>
  parseRevision(metadata.annotations?.[revisionAnnotation]);

const integerAnnotation = (replicaSet: ReplicaSet, name: string): number | undefined => {
  const value = Number(replicaSet.metadata.annotations?.[name]);
  return Number.isInteger(value) && replicaSet.metadata.annotations?.[name] !== undefined ? value : undefined;
};

/** The Deployment's replicas when it last sized this ReplicaSet. */
export const desiredReplicasOf = (replicaSet: ReplicaSet): number | undefined => integerAnnotation(replicaSet, desiredReplicasAnnotation);
export const maxReplicasOf = (replicaSet: ReplicaSet): number | undefined => integerAnnotation(replicaSet, maxReplicasAnnotation);

/** The annotations a ReplicaSet carries as the newest of its Deployment: the Deployment's own, its revision, and where that revision was before. */
export const newestAnnotations = (deployment: Deployment, current: Record<string, string>, revision: bigint): Record<string, string> => {
  const next = { ...current };
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) if (!notCopied.has(name)) next[name] = value;
  const old = parseRevision(current[revisionAnnotation]);
  if (old < revision) {
    next[revisionAnnotation] = String(revision);
    if (old > 0n) next[revisionHistoryAnnotation] = withRevision(current[revisionHistoryAnnotation], old);
  }
  return next;
};

function withRevision(history: string | undefined, revision: bigint): string {
  const known = (history ?? '').split(',').filter((entry) => entry !== '');
  return known.includes(String(revision)) ? known.join(',') : [...known, String(revision)].join(',');
}

/** The annotations that record what a ReplicaSet was sized for; proportional scaling reads them. */
export const sizeAnnotations = (current: Record<string, string> | undefined, desired: number, max: number): Record<string, string> => ({
  ...current,
  [desiredReplicasAnnotation]: String(desired),
  [maxReplicasAnnotation]: String(max),
});

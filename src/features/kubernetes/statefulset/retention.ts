import type { OwnerReference } from '../../../apimachinery/meta/object.ts';
import type { StatefulSet } from '../../../api/apps/types.gen.ts';
import type { PersistentVolumeClaim, Pod } from '../../../api/core/types.gen.ts';
import { podsRef, statefulSetsRef } from '../../../api/refs.gen.ts';
import { controllerReference } from '../common/owner.ts';

/**
 * The owners a claim should have by spec.persistentVolumeClaimRetentionPolicy (KEP-1847): the set when it takes its claims along, the pod
 * when it is being scaled away; owners of others stay. Undefined when the claim has them.
 */
export const claimOwners = (
  set: StatefulSet,
  claim: PersistentVolumeClaim,
  { pod, condemned }: { readonly pod: Pod; readonly condemned: boolean },
): OwnerReference[] | undefined => {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const byPod = whenScaled === 'Delete' && condemned;
  const bySet = whenDeleted === 'Delete' && !byPod;
  const current = claim.metadata.ownerReferences ?? [];
  const has = (uid: string | undefined): boolean => current.some((owner) => owner.uid === uid);
  if (has(pod.metadata.uid) === byPod && has(set.metadata.uid) === bySet) return undefined;
  return [
    ...current.filter(({ uid }) => uid !== pod.metadata.uid && uid !== set.metadata.uid),
    ...(byPod ? [controllerReference(pod, podsRef)] : []),
    ...(bySet ? [controllerReference(set, statefulSetsRef)] : []),
  ];
};

import type { KubeObject, OwnerReference } from '../../../apimachinery/meta/object.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import { formatGroupVersion } from '../../../apimachinery/meta/group-version.ts';
import type { StatefulSet } from '../../../api/apps/types.gen.ts';
import type { PersistentVolumeClaim, Pod } from '../../../api/core/types.gen.ts';
import { podsRef, statefulSetsRef } from '../../../api/refs.gen.ts';
import { controllerReference } from '../common/owner.ts';

const names = (owner: OwnerReference, { metadata }: KubeObject, { group, version, kind }: ResourceRef): boolean =>
  owner.kind === kind && owner.apiVersion === formatGroupVersion(group, version) && owner.name === metadata.name;

const isDeleting = ({ spec }: StatefulSet): boolean => {
  const { whenDeleted, whenScaled } = spec.persistentVolumeClaimRetentionPolicy ?? {};
  return whenDeleted === 'Delete' || whenScaled === 'Delete';
};

/** Whether a set that would delete the claim has to leave it to another controller. */
export const hasOtherController = (set: StatefulSet, claim: PersistentVolumeClaim, pod: Pod): boolean =>
  isDeleting(set) &&
  (claim.metadata.ownerReferences ?? []).some(
    (owner) => owner.controller && !names(owner, set, statefulSetsRef) && !names(owner, pod, podsRef),
  );

/**
 * The owners a claim should have by spec.persistentVolumeClaimRetentionPolicy (KEP-1847): the set when it takes its claims along, the pod
 * when it is being scaled away; owners of others stay. A claim that another controller has is left to it, and one that an earlier set or
 * pod of the same name has, to the garbage collector. Undefined when the claim has the owners it should have.
 */
export const claimOwners = (
  set: StatefulSet,
  claim: PersistentVolumeClaim,
  { pod, condemned }: { readonly pod: Pod; readonly condemned: boolean },
): OwnerReference[] | undefined => {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const current = claim.metadata.ownerReferences ?? [];
  const own = current.filter((owner) => names(owner, set, statefulSetsRef) || names(owner, pod, podsRef));
  const others = current.filter((owner) => !own.includes(owner));
  const isTied = ({ uid }: OwnerReference): boolean => uid === set.metadata.uid || uid === pod.metadata.uid;
  if (!own.every(isTied)) return undefined;
  if (hasOtherController(set, claim, pod)) return own.length > 0 ? others : undefined;
  const byPod = whenScaled === 'Delete' && condemned;
  const bySet = whenDeleted === 'Delete' && !byPod;
  const has = (uid: string | undefined): boolean => own.some((owner) => owner.uid === uid);
  const controls = own.every(({ controller }) => controller);
  if (controls && has(pod.metadata.uid) === byPod && has(set.metadata.uid) === bySet) return undefined;
  return [...others, ...(byPod ? [controllerReference(pod, podsRef)] : []), ...(bySet ? [controllerReference(set, statefulSetsRef)] : [])];
};

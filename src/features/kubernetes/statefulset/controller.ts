import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import { labelSelectorFromSpec, matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import type { ControllerRevision, StatefulSet } from '../../../api/apps/types.gen.ts';
import type { PersistentVolumeClaim, Pod } from '../../../api/core/types.gen.ts';
import { controllerRevisionsRef, persistentVolumeClaimsRef, podsRef, statefulSetsRef } from '../../../api/refs.gen.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { claim } from '../common/claim.ts';
import { deleteObject } from '../common/delete-object.ts';
import { errorMessage } from '../common/error-message.ts';
import { isNamespaceEnding } from '../common/namespace-state.ts';
import { controlledBy, indexByController } from '../common/owner.ts';
import { ownedOrAdoptable } from '../common/owned-or-adoptable.ts';
import { nextAvailability } from '../common/pod-state.ts';
import { syncRevision, truncateHistory } from '../common/revision-history.ts';
import { claimNameOf, claimsOf, ordinalOf, podOf } from './identity.ts';
import { isCondemned, nextActions, nextStatus, revisionOf } from './reconcile.ts';
import type { Action, Revisions } from './reconcile.ts';
import { claimOwners, hasOtherController } from './retention.ts';

const selectorOf = ({ spec }: StatefulSet) => labelSelectorFromSpec(spec.selector);

/** Runs pods with stable names and volumes, in order. */
export const addStatefulSetController = (manager: Manager): void => {
  const { client, clock } = manager;
  const events = manager.recorder('statefulset-controller');
  const sets = manager.informer<StatefulSet>(statefulSetsRef);
  const pods = manager.informer<Pod>(podsRef);
  const claims = manager.informer<PersistentVolumeClaim>(persistentVolumeClaimsRef);
  const revisions = manager.informer<ControllerRevision>(controllerRevisionsRef);
  indexByController(pods);
  indexByController(revisions);
  const podClient = client.resource<Pod>(podsRef);
  const claimClient = client.resource<PersistentVolumeClaim>(persistentVolumeClaimsRef);

  const report = (
    set: StatefulSet,
    verb: 'Create' | 'Update' | 'Delete',
    { what, error, outcome = 'successful' }: { readonly what: string; readonly error?: unknown; readonly outcome?: string },
  ): void => {
    const where = `${verb} ${what} in StatefulSet ${set.metadata.name}`;
    if (error === undefined) events.event(set, 'Normal', `Successful${verb}`, `${where} ${outcome}`);
    else events.event(set, 'Warning', `Failed${verb}`, `${where} failed error: ${errorMessage(error)}`);
  };
  const ensureClaims = async (set: StatefulSet, ordinal: number): Promise<void> => {
    for (const wanted of claimsOf(set, ordinal)) {
      if (claims.byKey(keyOf(wanted))) continue;
      try {
        await claimClient.create(wanted);
        report(set, 'Create', { what: `Claim ${wanted.metadata.name} Pod ${set.metadata.name}-${ordinal}`, outcome: 'success' });
      } catch (error) {
        if (!isStatusError(error, 'AlreadyExists')) throw error;
      }
    }
  };
  /** Brings the owners of the pod's claims in line with the retention policy, before the pod may go. */
  const tieClaims = async (set: StatefulSet, pod: Pod): Promise<void> => {
    let changed = false;
    for (const { metadata } of set.spec.volumeClaimTemplates ?? []) {
      const found = claims.get(claimNameOf(set, metadata.name, ordinalOf(set, pod)), set.metadata.namespace);
      if (!found || found.metadata.deletionTimestamp) continue;
      if (hasOtherController(set, found, pod)) {
        const message = `PersistentVolumeClaim ${found.metadata.name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
        events.event(set, 'Warning', 'ConflictingController', message);
      }
      const ownerReferences = claimOwners(set, found, { pod, condemned: isCondemned(set, pod) });
      if (!ownerReferences) continue;
      await claimClient.update({ ...found, metadata: { ...found.metadata, ownerReferences } });
      changed = true;
    }
    if (changed) report(set, 'Update', { what: `Pod ${pod.metadata.name}` });
  };

  const act = async (set: StatefulSet, action: Action): Promise<void> => {
    if ('remove' in action) {
      const { pod } = action.remove;
      if (await deleteObject(podClient, pod)) report(set, 'Delete', { what: `Pod ${pod.metadata.name}` });
      return;
    }
    const wanted = podOf(set, action.create.ordinal, action.create.revision);
    const what = `Pod ${wanted.metadata.name}`;
    try {
      await ensureClaims(set, action.create.ordinal);
      await podClient.create(wanted);
      report(set, 'Create', { what });
    } catch (error) {
      // The cache is a step behind, or the namespace goes away.
      if (isStatusError(error, 'AlreadyExists') || isNamespaceEnding(error)) return;
      report(set, 'Create', { what, error });
      throw error;
    }
  };

  const revisionsOf = async (set: StatefulSet): Promise<Revisions> => {
    const known = controlledBy(revisions, set);
    const update = await syncRevision(client, {
      owner: set,
      ownerRef: statefulSetsRef,
      revisions: known,
      hashLabel: 'controller.kubernetes.io/hash',
    });
    return { update, current: known.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update };
  };
  const writeStatus = async (set: StatefulSet, status: StatefulSet['status']): Promise<void> => {
    if (status && !semanticEqual(status, set.status)) await client.resource<StatefulSet>(statefulSetsRef).updateStatus({ ...set, status });
  };

  const reconcile = async (key: string): Promise<ReconcileResult> => {
    const set = sets.byKey(key);
    if (!set) return undefined;
    const claimed = await claim({ client, owner: set, ownerRef: statefulSetsRef, selector: selectorOf(set), informer: pods });
    const owned = claimed.filter((pod) => ordinalOf(set, pod) >= 0);
    const pair = await revisionsOf(set).catch(async (error: unknown) => {
      if (!isStatusError(error, 'AlreadyExists')) throw error;
      const replicas = set.status?.replicas ?? 0;
      await writeStatus(set, { ...set.status, replicas, collisionCount: (set.status?.collisionCount ?? 0) + 1 });
      return undefined;
    });
    if (!pair) return { requeueAfterSeconds: 0.01 };
    const now = clock.now();
    await writeStatus(set, nextStatus(set, owned, { revisions: pair, now }));
    if (set.metadata.deletionTimestamp) return undefined;
    for (const pod of owned) await tieClaims(set, pod);
    await Promise.all(nextActions(set, owned, { revisions: pair, now }).map((action) => act(set, action)));
    const inUse = ({ metadata }: ControllerRevision): boolean =>
      metadata.name === pair.update.metadata.name ||
      metadata.name === pair.current.metadata.name ||
      owned.some((pod) => revisionOf(pod) === metadata.name);
    await truncateHistory(client, { owner: set, revisions: controlledBy(revisions, set), inUse });
    const wait = nextAvailability(owned, set.spec.minReadySeconds ?? 0, now);
    return wait === undefined ? undefined : { requeueAfterSeconds: wait / 1000 };
  };

  const adopters = ({ metadata }: Pod): readonly string[] =>
    sets
      .list(metadata.namespace ?? '')
      .filter((set) => matchesLabels(selectorOf(set), metadata.labels))
      .map(keyOf);
  manager.addController({
    name: 'statefulset',
    watches: [watch(sets), watch(pods, ownedOrAdoptable(statefulSetsRef, adopters))],
    reconcile,
  });
};

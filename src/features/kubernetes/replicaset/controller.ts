import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import { matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import type { ReplicaSet } from '../../../api/apps/types.gen.ts';
import type { Pod } from '../../../api/core/types.gen.ts';
import { podsRef } from '../../../api/refs.gen.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { createExpectations } from '../../../controller-runtime/expectations.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { claim } from '../common/claim.ts';
import { deleteObject } from '../common/delete-object.ts';
import { errorMessage } from '../common/error-message.ts';
import { isNamespaceEnding } from '../common/namespace-state.ts';
import { indexByController } from '../common/owner.ts';
import { ownedOrAdoptable } from '../common/owned-or-adoptable.ts';
import { podFromTemplate } from '../common/pod-from-template.ts';
import { countByNode, rankForDeletion } from '../common/pod-ranking.ts';
import { isActive, nextAvailability } from '../common/pod-state.ts';
import { slowStart } from '../common/slow-start.ts';
import { nextStatus, replicaDifference, selectorOf } from './reconcile.ts';
import type { ManageOutcome } from './reconcile.ts';

/** Keeps the wanted number of pods of each ReplicaSet, or ReplicationController: the kinds differ only in name. */
export const addReplicaSetController = (manager: Manager, ref: ResourceRef): void => {
  const { client, clock } = manager;
  const events = manager.recorder(ref.resource === 'replicasets' ? 'replicaset-controller' : 'replication-controller');
  const replicaSets = manager.informer<ReplicaSet>(ref);
  const pods = manager.informer<Pod>(podsRef);
  indexByController(pods);
  const podClient = client.resource<Pod>(podsRef);
  const expectations = createExpectations(pods, clock);

  const create = async (owner: ReplicaSet, key: string): Promise<void> => {
    try {
      const pod = await podClient.create(podFromTemplate(owner.spec.template ?? {}, owner, ref));
      expectations.created(key, pod);
      events.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    } catch (error) {
      // The namespace goes away: nothing to report, nothing to retry.
      if (isNamespaceEnding(error)) return;
      events.event(owner, 'Warning', 'FailedCreate', `Error creating: ${errorMessage(error)}`);
      throw error;
    }
  };
  const remove = async (owner: ReplicaSet, key: string, pod: Pod): Promise<void> => {
    if (!(await deleteObject(podClient, pod))) return;
    expectations.deleted(key, pod);
    events.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
  };
  const manage = async (owner: ReplicaSet, key: string, active: readonly Pod[]): Promise<ManageOutcome> => {
    const difference = replicaDifference(owner.spec.replicas ?? 1, active.length);
    if (difference > 0) return { difference, error: (await slowStart(difference, () => create(owner, key))).error };
    if (difference === 0) return { difference, error: undefined };
    const doomed = rankForDeletion(active, countByNode(active), clock.now()).slice(0, -difference);
    const results = await Promise.allSettled(doomed.map((pod) => remove(owner, key, pod)));
    return { difference, error: results.find((result) => result.status === 'rejected')?.reason };
  };

  const reconcile = async (key: string): Promise<ReconcileResult> => {
    const owner = replicaSets.byKey(key);
    if (!owner) return expectations.forget(key);
    const caughtUp = expectations.satisfied(key);
    const all = await claim({ client, owner, ownerRef: ref, selector: selectorOf(owner), informer: pods, adoptable: isActive });
    const active = all.filter(isActive);
    const working = caughtUp && !owner.metadata.deletionTimestamp;
    const outcome = working ? await manage(owner, key, active) : { difference: 0, error: undefined };
    const status = nextStatus(owner, { active, all }, outcome, clock.now());
    if (!semanticEqual(status, owner.status)) await client.resource<ReplicaSet>(ref).updateStatus({ ...owner, status });
    if (outcome.error !== undefined) throw outcome.error;
    if (!caughtUp) return { requeueAfterSeconds: 30 };
    const wait = nextAvailability(active, owner.spec.minReadySeconds ?? 0, clock.now());
    return wait === undefined ? undefined : { requeueAfterSeconds: wait / 1000 };
  };

  manager.addController({
    name: ref.resource === 'replicasets' ? 'replicaset' : 'replicationcontroller',
    watches: [
      watch(replicaSets),
      watch(
        pods,
        ownedOrAdoptable(ref, (pod) =>
          replicaSets
            .list(pod.metadata.namespace ?? '')
            .filter((owner) => matchesLabels(selectorOf(owner), pod.metadata.labels))
            .map(keyOf),
        ),
      ),
    ],
    reconcile,
    concurrency: 5,
  });
};

import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import { labelSelectorFromSpec, matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import type { ControllerRevision, DaemonSet, DaemonSetStatus } from '../../../api/apps/types.gen.ts';
import type { Node, Pod } from '../../../api/core/types.gen.ts';
import { controllerRevisionsRef, daemonSetsRef, nodesRef, podsRef } from '../../../api/refs.gen.ts';
import type { InformerEvent, Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { createExpectations } from '../../../controller-runtime/expectations.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { claim } from '../common/claim.ts';
import { deleteObject } from '../common/delete-object.ts';
import { errorMessage } from '../common/error-message.ts';
import { isNamespaceEnding } from '../common/namespace-state.ts';
import { controlledBy, indexByController } from '../common/owner.ts';
import { ownedOrAdoptable } from '../common/owned-or-adoptable.ts';
import { nextAvailability } from '../common/pod-state.ts';
import { revisionHashLabel, syncRevision, truncateHistory } from '../common/revision-history.ts';
import { slowStart } from '../common/slow-start.ts';
import { podForNode, targetNodeOf } from './placement.ts';
import { nextStatus, planPlacement, planUpdate } from './reconcile.ts';
import type { DaemonPlan, DaemonView } from './reconcile.ts';

const selectorOf = ({ spec }: DaemonSet) => labelSelectorFromSpec(spec.selector);
const hashOf = ({ metadata }: ControllerRevision): string => metadata.labels?.[revisionHashLabel] ?? '';

/** Runs one pod on every eligible node. */
export const addDaemonSetController = (manager: Manager): void => {
  const { client, clock } = manager;
  const events = manager.recorder('daemonset-controller');
  const sets = manager.informer<DaemonSet>(daemonSetsRef);
  const pods = manager.informer<Pod>(podsRef);
  const nodes = manager.informer<Node>(nodesRef);
  const revisions = manager.informer<ControllerRevision>(controllerRevisionsRef);
  indexByController(pods);
  indexByController(revisions);
  const podClient = client.resource<Pod>(podsRef);
  const expectations = createExpectations(pods, clock);

  const execute = async (
    set: DaemonSet,
    plan: DaemonPlan,
    { key, hash }: { readonly key: string; readonly hash: string },
  ): Promise<void> => {
    const { error } = await slowStart(plan.createOn.length, async (index) => {
      try {
        const pod = await podClient.create(podForNode(set, plan.createOn[index] ?? '', hash));
        expectations.created(key, pod);
        events.event(set, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
      } catch (failure) {
        if (isNamespaceEnding(failure)) return;
        events.event(set, 'Warning', 'FailedCreate', `Error creating: ${errorMessage(failure)}`);
        throw failure;
      }
    });
    for (const pod of plan.remove) {
      if (pod.status?.phase === 'Failed')
        events.event(
          set,
          'Warning',
          'FailedDaemonPod',
          `Found failed daemon pod ${keyOf(pod)} on node ${targetNodeOf(pod) ?? ''}, will try to kill it`,
        );
      if (!(await deleteObject(podClient, pod))) continue;
      expectations.deleted(key, pod);
      events.event(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
    }
    if (error !== undefined) throw error;
  };
  const writeStatus = async (set: DaemonSet, status: DaemonSetStatus): Promise<void> => {
    if (!semanticEqual(status, set.status)) await client.resource<DaemonSet>(daemonSetsRef).updateStatus({ ...set, status });
  };

  const reconcile = async (key: string): Promise<ReconcileResult> => {
    const set = sets.byKey(key);
    if (!set) return expectations.forget(key);
    const caughtUp = expectations.satisfied(key);
    const owned = await claim({ client, owner: set, ownerRef: daemonSetsRef, selector: selectorOf(set), informer: pods });
    const known = controlledBy(revisions, set);
    const revision = await syncRevision(client, { owner: set, ownerRef: daemonSetsRef, revisions: known }).catch(async (error: unknown) => {
      if (!isStatusError(error, 'AlreadyExists')) throw error;
      const empty = { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 };
      await writeStatus(set, { ...empty, ...set.status, collisionCount: (set.status?.collisionCount ?? 0) + 1 });
      return undefined;
    });
    if (!revision) return { requeueAfterSeconds: 0.01 };
    const view: DaemonView = { set, nodes: nodes.list(), pods: owned, hash: hashOf(revision), now: clock.now() };
    await writeStatus(set, nextStatus(view));
    if (set.metadata.deletionTimestamp) return undefined;
    if (!caughtUp) return { requeueAfterSeconds: 30 };
    const placement = planPlacement(view);
    const settled = placement.createOn.length === 0 && placement.remove.length === 0;
    await execute(set, settled ? planUpdate(view) : placement, { key, hash: view.hash });
    const inUse = (old: ControllerRevision): boolean =>
      old.metadata.name === revision.metadata.name || owned.some(({ metadata }) => metadata.labels?.[revisionHashLabel] === hashOf(old));
    await truncateHistory(client, { owner: set, revisions: known, inUse });
    const wait = nextAvailability(owned, set.spec.minReadySeconds ?? 0, view.now);
    return wait === undefined ? undefined : { requeueAfterSeconds: wait / 1000 };
  };

  const adopters = ({ metadata }: Pod): readonly string[] =>
    sets
      .list(metadata.namespace ?? '')
      .filter((set) => matchesLabels(selectorOf(set), metadata.labels))
      .map(keyOf);
  manager.addController({
    name: 'daemonset',
    watches: [
      watch(sets),
      watch(pods, ownedOrAdoptable(daemonSetsRef, adopters)),
      watch(nodes, (event) => (changesPlacement(event) ? sets.list().map(keyOf) : [])),
    ],
    reconcile,
  });
};

/** Heartbeats do not; coming, going, labels and taints do. */
const changesPlacement = ({ type, object, old }: InformerEvent<Node>): boolean =>
  type !== 'modified' ||
  !old ||
  JSON.stringify([object.metadata.labels, object.spec?.taints, object.spec?.unschedulable]) !==
    JSON.stringify([old.metadata.labels, old.spec?.taints, old.spec?.unschedulable]);

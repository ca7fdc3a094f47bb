import { labelSelectorFromSpec, matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import type { Deployment, ReplicaSet } from '../../../api/apps/types.gen.ts';
import { deploymentsRef, replicaSetsRef } from '../../../api/refs.gen.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { claim } from '../common/claim.ts';
import { indexByController } from '../common/owner.ts';
import { ownedOrAdoptable } from '../common/owned-or-adoptable.ts';
import { createDeploymentReconciler } from './reconcile.ts';

const selectorOf = (deployment: Deployment) => labelSelectorFromSpec(deployment.spec.selector);

/** Rolls Deployments out through ReplicaSets. */
export const addDeploymentController = (manager: Manager): void => {
  const deployments = manager.informer<Deployment>(deploymentsRef);
  const replicaSets = manager.informer<ReplicaSet>(replicaSetsRef);
  indexByController(replicaSets);
  const reconciler = createDeploymentReconciler(manager);

  manager.addController({
    name: 'deployment',
    watches: [
      watch(deployments),
      watch(
        replicaSets,
        ownedOrAdoptable(deploymentsRef, ({ metadata }) =>
          deployments
            .list(metadata.namespace ?? '')
            .filter((deployment) => matchesLabels(selectorOf(deployment), metadata.labels))
            .map(keyOf),
        ),
      ),
    ],
    reconcile: async (key) => {
      const deployment = deployments.byKey(key);
      if (!deployment) return undefined;
      const owned = await claim({
        client: manager.client,
        owner: deployment,
        ownerRef: deploymentsRef,
        selector: selectorOf(deployment),
        informer: replicaSets,
      });
      return reconciler.reconcile(deployment, owned);
    },
    concurrency: 5,
  });
};

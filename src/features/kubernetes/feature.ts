import { replicaSetsRef, replicationControllersRef } from '../../api/refs.gen.ts';
import type { Manager } from '../../controller-runtime/contract.ts';
import type { Feature } from '../../controller-runtime/feature.ts';
import { addCertificateSigningController } from './certificate-signing/controller.ts';
import { addClusterRoleAggregationController } from './cluster-role-aggregation/controller.ts';
import { addCronJobController } from './cronjob/controller.ts';
import { addDaemonSetController } from './daemonset/controller.ts';
import { addDeploymentController } from './deployment/controller.ts';
import { addDisruptionController } from './disruption/controller.ts';
import { addEndpointSliceController } from './endpoint-slice/controller.ts';
import { addEndpointSliceMirroringController } from './endpoint-slice-mirroring/controller.ts';
import { addEndpointsController } from './endpoints/controller.ts';
import { addEphemeralVolumeController } from './ephemeral-volume/controller.ts';
import { addGarbageCollector } from './garbage-collector/controller.ts';
import { addHorizontalAutoscaler } from './horizontal-autoscaler/controller.ts';
import { addJobController } from './job/controller.ts';
import { addNamespaceController } from './namespace/controller.ts';
import { addNodeLifecycleController } from './node-lifecycle/controller.ts';
import { addPersistentVolumeController } from './persistent-volume/controller.ts';
import { ensureSimulatedClass } from './persistent-volume/simulated-storage.ts';
import { addPodGarbageCollector } from './pod-gc/controller.ts';
import { addReplicaSetController } from './replicaset/controller.ts';
import { addRootCaController } from './root-ca/controller.ts';
import { addScheduler } from './scheduler/controller.ts';
import { addServiceAccountTokenController } from './service-account-token/controller.ts';
import { addServiceAccountController } from './service-account/controller.ts';
import type { KubernetesSettings } from './settings.ts';
import { addSimulatedNodes } from './simulated-node/controller.ts';
import { addStatefulSetController } from './statefulset/controller.ts';
import { addStorageProtectionController } from './storage-protection/controller.ts';
import { addTaintEvictionController } from './taint-eviction/controller.ts';
import { addTtlAfterFinishedController } from './ttl-after-finished/controller.ts';

/** What every API server needs, workloads or not. */
const addApiControllers = (manager: Manager, settings: KubernetesSettings): void => {
  addNamespaceController(manager);
  addServiceAccountController(manager);
  addServiceAccountTokenController(manager);
  addRootCaController(manager, settings.rootCertificateAuthority);
  addGarbageCollector(manager);
  addClusterRoleAggregationController(manager);
  if (settings.signer) addCertificateSigningController(manager, settings.signer);
};

/** What makes an API server a cluster that runs things. */
const addWorkloadControllers = (manager: Manager, settings: KubernetesSettings): void => {
  addReplicaSetController(manager, replicaSetsRef);
  addReplicaSetController(manager, replicationControllersRef);
  addDeploymentController(manager);
  addStatefulSetController(manager);
  addDaemonSetController(manager);
  addJobController(manager);
  addCronJobController(manager);
  addTtlAfterFinishedController(manager);
  addHorizontalAutoscaler(manager);
  addDisruptionController(manager);
  addEndpointSliceController(manager);
  addEndpointSliceMirroringController(manager);
  addEndpointsController(manager);
  addNodeLifecycleController(manager);
  addTaintEvictionController(manager);
  addPodGarbageCollector(manager);
  addEphemeralVolumeController(manager);
  addPersistentVolumeController(manager);
  addStorageProtectionController(manager);
  addScheduler(manager);
  if (settings.simulatedNodes?.length) {
    manager.addRunnable('simulated-storage', (signal) => ensureSimulatedClass(manager.client, signal));
    addSimulatedNodes(manager, settings.simulatedNodes, settings.simulationTiming ? { timing: settings.simulationTiming } : {});
  }
};

/** Kubernetes' own controllers: the API-side ones on the hub, all of them on a cluster. */
export const kubernetesFeature: Feature<KubernetesSettings> = {
  name: 'kubernetes',
  controllers: {
    hub: addApiControllers,
    cluster: (manager, settings) => {
      addApiControllers(manager, settings);
      addWorkloadControllers(manager, settings);
    },
  },
};

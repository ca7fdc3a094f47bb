import { replicaSetsRef, replicationControllersRef } from '../../api/refs.gen.ts';
import type { Manager } from '../../controller-runtime/contract.ts';
import type { ControllerRole, Feature } from '../../controller-runtime/feature.ts';
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
import { addServiceCidrController } from './service-cidr/controller.ts';
import { addServiceAccountTokenController } from './service-account-token/controller.ts';
import { addServiceAccountController } from './service-account/controller.ts';
import type { KubernetesSettings } from './settings.ts';
import { addSimulatedNodes, podMarker } from './simulated-node/controller.ts';
import { addStatefulSetController } from './statefulset/controller.ts';
import { addStorageProtectionController } from './storage-protection/controller.ts';
import { addTaintEvictionController } from './taint-eviction/controller.ts';
import { addTtlAfterFinishedController } from './ttl-after-finished/controller.ts';

/** What every API server needs, workloads or not. Each acts as its own identity, with upstream's default role for it. */
const addApiControllers = (manager: Manager, settings: KubernetesSettings): void => {
  addNamespaceController(manager.as('namespace-controller'));
  addServiceAccountController(manager.as('service-account-controller'));
  addServiceAccountTokenController(manager);
  addRootCaController(manager.as('root-ca-cert-publisher'), settings.rootCertificateAuthority);
  addGarbageCollector(manager.as('generic-garbage-collector'));
  addClusterRoleAggregationController(manager.as('clusterrole-aggregation-controller'));
  addTtlAfterFinishedController(manager.as('ttl-after-finished-controller'));
  addStorageProtectionController(manager);
  addServiceCidrController(manager.as('service-cidrs-controller'));
  if (settings.signer) addCertificateSigningController(manager.as('certificate-controller'), settings.signer);
};

/** What makes an API server a cluster that runs things. */
const addWorkloadControllers = (manager: Manager, settings: KubernetesSettings): void => {
  addReplicaSetController(manager.as('replicaset-controller'), replicaSetsRef);
  addReplicaSetController(manager.as('replication-controller'), replicationControllersRef);
  addDeploymentController(manager.as('deployment-controller'));
  addStatefulSetController(manager.as('statefulset-controller'));
  addDaemonSetController(manager.as('daemon-set-controller'));
  addJobController(manager.as('job-controller'));
  addCronJobController(manager.as('cronjob-controller'));
  addHorizontalAutoscaler(manager.as('horizontal-pod-autoscaler'));
  addDisruptionController(manager.as('disruption-controller'));
  addEndpointSliceController(manager.as('endpointslice-controller'));
  addEndpointSliceMirroringController(manager.as('endpointslicemirroring-controller'));
  addEndpointsController(manager.as('endpoint-controller'));
  addNodeLifecycleController(manager.as('node-controller'));
  addTaintEvictionController(manager.as('node-controller'));
  addPodGarbageCollector(manager.as('pod-garbage-collector'));
  addEphemeralVolumeController(manager.as('ephemeral-volume-controller'));
  addPersistentVolumeController(manager.as('persistent-volume-binder'));
  addScheduler(manager.as('system:kube-scheduler'));
  if (settings.simulatedNodes?.length) {
    const { client } = manager.as('causeway-simulated-storage');
    manager.addRunnable('simulated-storage', (signal) => ensureSimulatedClass(client, signal));
    addSimulatedNodes(manager, settings.simulatedNodes, settings.simulationTiming ? { timing: settings.simulationTiming } : {});
  }
};

/** Who marks pods as simulated: a node may not change the labels of its pods. */
export const simulatedNodeRoles: readonly ControllerRole[] = [
  { name: podMarker, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['patch'] }] },
];

/** Kubernetes' own controllers: the API-side ones on the hub, all of them on a cluster. */
export const kubernetesFeature: Feature<KubernetesSettings> = {
  name: 'kubernetes',
  roles: {
    cluster: [
      {
        name: 'causeway-simulated-storage',
        rules: [{ apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['list', 'create'] }],
      },
    ],
  },
  controllers: {
    hub: addApiControllers,
    cluster: (manager, settings) => {
      addApiControllers(manager, settings);
      addWorkloadControllers(manager, settings);
    },
  },
};

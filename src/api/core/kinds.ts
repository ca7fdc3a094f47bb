import { defaultPodTemplate } from './pod-defaults.ts';
import {
  defaultEndpoints,
  defaultLimitRange,
  defaultNamespace,
  defaultNode,
  defaultPersistentVolume,
  defaultPersistentVolumeClaim,
  defaultReplicationController,
} from './defaults.ts';
import { defaultService } from './service-defaults.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { strategyOf } from '../typed.ts';
import { podStrategy } from './pod-strategy.ts';
import { secretStrategy } from './secret.ts';
import {
  eventFields,
  namespaceFields,
  nodeFields,
  persistentVolumeClaimFields,
  persistentVolumeFields,
  podFields,
  replicationControllerFields,
  secretFields,
  serviceFields,
} from './selectable-fields.ts';
import type {
  Endpoints,
  LimitRange,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  PodTemplate,
  ReplicationController,
  Service,
} from './types.gen.ts';

export const coreKinds: GroupBehaviour = {
  bindings: { virtual: true },
  endpoints: { strategy: strategyOf<Endpoints>({ allowCreateOnUpdate: true, applyDefaults: defaultEndpoints }) },
  events: { ttlSeconds: 3600, selectableFields: eventFields, strategy: { allowCreateOnUpdate: true } },
  limitranges: { strategy: strategyOf<LimitRange>({ allowCreateOnUpdate: true, applyDefaults: defaultLimitRange }) },
  namespaces: {
    selectableFields: namespaceFields,
    strategy: strategyOf<Namespace>({
      answersDeletedObject: true,
      applyDefaults: defaultNamespace,
      prepareForCreate: (namespace) => {
        namespace.status = { phase: 'Active' };
        const finalizers = namespace.spec?.finalizers ?? [];
        namespace.spec = { finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'] };
      },
      prepareForUpdate: (namespace, old) => {
        namespace.spec = old.spec;
      },
    }),
  },
  nodes: { selectableFields: nodeFields, keepsInitialStatus: true, strategy: strategyOf<Node>({ applyDefaults: defaultNode }) },
  persistentvolumeclaims: {
    selectableFields: persistentVolumeClaimFields,
    strategy: strategyOf<PersistentVolumeClaim>({
      answersDeletedObject: true,
      applyDefaults: defaultPersistentVolumeClaim,
      prepareForCreate: (claim) => {
        claim.status = { phase: 'Pending' };
      },
    }),
  },
  persistentvolumes: {
    selectableFields: persistentVolumeFields,
    strategy: strategyOf<PersistentVolume>({
      answersDeletedObject: true,
      applyDefaults: defaultPersistentVolume,
      prepareForCreate: (volume) => {
        volume.status = { phase: 'Pending', lastPhaseTransitionTime: volume.metadata.creationTimestamp ?? '' };
      },
    }),
  },
  pods: { selectableFields: podFields, strategy: strategyOf(podStrategy) },
  podtemplates: {
    strategy: strategyOf<PodTemplate>({
      generation: true,
      answersDeletedObject: true,
      applyDefaults: ({ template }) => defaultPodTemplate(template),
    }),
  },
  replicationcontrollers: {
    scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.spec.selector' },
    selectableFields: replicationControllerFields,
    strategy: strategyOf<ReplicationController>({ generation: true, applyDefaults: defaultReplicationController }),
  },
  resourcequotas: { strategy: { answersDeletedObject: true } },
  secrets: { selectableFields: secretFields, strategy: strategyOf(secretStrategy) },
  serviceaccounts: { strategy: { answersDeletedObject: true } },
  services: {
    selectableFields: serviceFields,
    strategy: strategyOf<Service>({ allowCreateOnUpdate: true, answersDeletedObject: true, applyDefaults: defaultService }),
  },
};

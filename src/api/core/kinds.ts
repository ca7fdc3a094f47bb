import { randomUUID } from 'node:crypto';
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
import { eventCells } from './event-cells.ts';
import { nodeCells } from './node-cells.ts';
import { podCells, podRowConditions } from './pod-cells.ts';
import { serviceCells } from './service-cells.ts';
import {
  componentStatusCells,
  configMapCells,
  endpointsCells,
  namespaceCells,
  podTemplateCells,
  replicationControllerCells,
  resourceQuotaCells,
  secretCells,
  serviceAccountCells,
} from './simple-cells.ts';
import { persistentVolumeCells, persistentVolumeClaimCells } from './volume-cells.ts';
import { isLongName, isPathSegmentPrefix } from '../../apimachinery/validation/names.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { strategyOf } from '../typed.ts';
import { podStrategy } from './pod-strategy.ts';
import { secretStrategy } from './secret.ts';
import {
  eventFields,
  namespaceFields,
  nodeFields,
  podFields,
  replicationControllerFields,
  secretFields,
  serviceFields,
} from './selectable-fields.ts';
import { endpointsWarnings, nodeWarnings, serviceAccountWarnings } from './warnings/simple-warnings.ts';
import { workloadNameWarnings } from './warnings/name-warnings.ts';
import { isSameGeneration, podTemplateWarnings } from './warnings/pod-warnings.ts';
import { serviceWarnings } from './warnings/service-warnings.ts';
import { claimWarnings, volumeObjectWarnings } from './warnings/storage-warnings.ts';
import { validateClaim, validateClaimStatus, validateClaimUpdate } from './validate-claims.ts';
import { validateConfigMap, validateConfigMapUpdate } from './validate-config.ts';
import { validateEndpoints } from './validate-endpoints.ts';
import { validateEvent } from './validate-event.ts';
import { validateNamespace, validateNamespaceStatus } from './validate-namespace.ts';
import { validateNode, validateNodeStatusUpdate, validateNodeUpdate } from './validate-node.ts';
import { validatePodTemplate } from './validate-pod-template.ts';
import { validateLimitRange } from './validate-limit-range.ts';
import { validateResourceQuota, validateResourceQuotaStatus, validateResourceQuotaUpdate } from './validate-quota.ts';
import { defaultTemplateLabels } from './template-labels.ts';
import { validateReplicationController, validateReplicationControllerStatus } from './validate-replication-controller.ts';
import { validateService, validateServiceStatus } from './validate-service.ts';
import { validateServiceUpdate } from './validate-service-update.ts';
import { validateVolume, validateVolumeUpdate } from './validate-volume.ts';
import { keepPhaseTransition } from './volume-phase.ts';
import { normalizeDataSources } from './claim-data-sources.ts';
import type {
  ConfigMap,
  ResourceQuota,
  Endpoints,
  Event,
  LimitRange,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  PodTemplate,
  ReplicationController,
  Service,
  ServiceAccount,
} from './types.gen.ts';

/** A service account refers to secrets of its namespace, by name alone. */
const keepSecretNames = (account: ServiceAccount): void => {
  if (account.secrets) account.secrets = account.secrets.map(({ name }) => (name ? { name } : {}));
};

export const coreKinds: GroupBehaviour = {
  bindings: { virtual: true },
  endpoints: {
    cells: endpointsCells,
    strategy: strategyOf<Endpoints>({
      warnings: endpointsWarnings,
      allowCreateOnUpdate: true,
      applyDefaults: defaultEndpoints,
      validate: validateEndpoints,
      validateUpdate: validateEndpoints,
    }),
  },
  events: {
    cells: eventCells,
    ttlSeconds: 3600,
    selectableFields: eventFields,
    strategy: strategyOf<Event>({
      allowCreateOnUpdate: true,
      takesAnyFinalizer: true,
      validate: validateEvent,
      validateUpdate: validateEvent,
    }),
  },
  limitranges: {
    strategy: strategyOf<LimitRange>({
      prepareForCreate: ({ metadata }) => {
        metadata.name ||= randomUUID();
      },
      allowCreateOnUpdate: true,
      applyDefaults: defaultLimitRange,
      validate: validateLimitRange,
      validateUpdate: validateLimitRange,
    }),
  },
  namespaces: {
    cells: namespaceCells,
    selectableFields: namespaceFields,
    strategy: strategyOf<Namespace>({
      answersDeletedObject: true,
      applyDefaults: defaultNamespace,
      prepareForCreate: (namespace) => {
        namespace.status = { phase: 'Active' };
        // The name may have been generated since defaults were set.
        defaultNamespace(namespace);
        const finalizers = namespace.spec?.finalizers ?? [];
        namespace.spec = { finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'] };
      },
      prepareForUpdate: (namespace, old) => {
        namespace.spec = old.spec;
      },
      validate: validateNamespace,
      validateStatusUpdate: validateNamespaceStatus,
    }),
  },
  nodes: {
    cells: nodeCells,
    selectableFields: nodeFields,
    keepsInitialStatus: true,
    strategy: strategyOf<Node>({
      applyDefaults: defaultNode,
      validate: validateNode,
      validateUpdate: validateNodeUpdate,
      validateStatusUpdate: validateNodeStatusUpdate,
      warnings: nodeWarnings,
    }),
  },
  persistentvolumeclaims: {
    cells: persistentVolumeClaimCells,
    strategy: strategyOf<PersistentVolumeClaim>({
      answersDeletedObject: true,
      applyDefaults: defaultPersistentVolumeClaim,
      validate: validateClaim,
      validateUpdate: validateClaimUpdate,
      warnings: claimWarnings,
      validateStatusUpdate: validateClaimStatus,
      prepareForCreate: (claim) => {
        claim.status = { phase: 'Pending' };
        normalizeDataSources(claim.spec, undefined);
      },
      prepareForUpdate: (claim, old) => normalizeDataSources(claim.spec, old.spec),
    }),
  },
  persistentvolumes: {
    cells: persistentVolumeCells,
    strategy: strategyOf<PersistentVolume>({
      answersDeletedObject: true,
      applyDefaults: defaultPersistentVolume,
      validate: validateVolume,
      validateUpdate: validateVolumeUpdate,
      warnings: volumeObjectWarnings,
      prepareForStatusUpdate: keepPhaseTransition,
      prepareForCreate: (volume) => {
        volume.status = { phase: 'Pending', lastPhaseTransitionTime: volume.metadata.creationTimestamp ?? '' };
      },
    }),
  },
  pods: { cells: podCells, rowConditions: podRowConditions, selectableFields: podFields, strategy: strategyOf(podStrategy) },
  podtemplates: {
    cells: podTemplateCells,
    strategy: strategyOf<PodTemplate>({
      generation: true,
      answersDeletedObject: true,
      applyDefaults: ({ template }) => defaultPodTemplate(template),
      validate: ({ template }) => validatePodTemplate(template, 'template'),
      validateUpdate: ({ template }) => validatePodTemplate(template, 'template'),
      warnings: (object, old) => (isSameGeneration(object, old) ? [] : podTemplateWarnings(object.template, 'template')),
    }),
  },
  replicationcontrollers: {
    cells: replicationControllerCells,
    scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.spec.selector' },
    selectableFields: replicationControllerFields,
    strategy: strategyOf<ReplicationController>({
      generation: true,
      nameCheck: isLongName,
      generateNameCheck: isPathSegmentPrefix,
      applyDefaults: defaultReplicationController,
      validate: validateReplicationController,
      validateUpdate: validateReplicationController,
      validateStatusUpdate: validateReplicationControllerStatus,
      prepareForStatusUpdate: ({ metadata, spec }) => defaultTemplateLabels(metadata, spec?.template),
      // Of an update they tell what the template was.
      warnings: (object, old) => [
        ...workloadNameWarnings(object.metadata.name, old),
        ...(isSameGeneration(object, old) ? [] : podTemplateWarnings((old ?? object).spec?.template)),
      ],
    }),
  },
  resourcequotas: {
    cells: resourceQuotaCells,
    strategy: strategyOf<ResourceQuota>({
      answersDeletedObject: true,
      validate: validateResourceQuota,
      validateUpdate: validateResourceQuotaUpdate,
      validateStatusUpdate: validateResourceQuotaStatus,
    }),
  },
  secrets: { cells: secretCells, selectableFields: secretFields, strategy: strategyOf(secretStrategy) },
  serviceaccounts: {
    cells: serviceAccountCells,
    strategy: strategyOf<ServiceAccount>({
      answersDeletedObject: true,
      warnings: serviceAccountWarnings as never,
      prepareForCreate: keepSecretNames,
      prepareForUpdate: keepSecretNames,
    }),
  },
  services: {
    cells: serviceCells,
    selectableFields: serviceFields,
    strategy: strategyOf<Service>({
      allowCreateOnUpdate: true,
      answersDeletedObject: true,
      applyDefaults: defaultService,
      validate: validateService,
      validateUpdate: validateServiceUpdate,
      validateStatusUpdate: validateServiceStatus,
      warnings: serviceWarnings,
    }),
  },
  componentstatuses: { cells: componentStatusCells },
  configmaps: {
    cells: configMapCells,
    strategy: strategyOf<ConfigMap>({ validate: validateConfigMap, validateUpdate: validateConfigMapUpdate }),
  },
};

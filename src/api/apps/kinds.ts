import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import { isDns1123Label } from '../../apimachinery/validation/names.ts';
import { controllerRevisionCells, daemonSetCells, deploymentCells, replicaSetCells, statefulSetCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import type { ScalePaths } from '../kind-definition.ts';
import { strategyOf } from '../typed.ts';
import { daemonSetStrategy } from './daemonset.ts';
import { defaultDeployment, defaultReplicaSet, defaultStatefulSet } from './defaults.ts';
import { unchanged } from '../checks.ts';
import { workloadNameWarnings } from '../core/warnings/name-warnings.ts';
import { isSameGeneration, podTemplateWarnings } from '../core/warnings/pod-warnings.ts';
import { statefulSetWarnings } from './statefulset-warnings.ts';
import {
  validateControllerRevision,
  validateRevisionNumber,
  validateDeployment,
  validateDeploymentUpdate,
  validateReplicaSet,
  validateReplicaSetUpdate,
  validateStatefulSet,
  validateStatefulSetUpdate,
} from './validation.ts';
import { validateDeploymentStatus, validateReplicaSetStatus, validateStatefulSetStatus } from './validate-status.ts';
import type { ControllerRevision, Deployment, ReplicaSet, StatefulSet } from './types.gen.ts';

const scale: ScalePaths = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.spec.selector',
};

export const appsKinds: GroupBehaviour = {
  daemonsets: { cells: daemonSetCells, strategy: strategyOf(daemonSetStrategy) },
  deployments: {
    cells: deploymentCells,
    scale,
    strategy: strategyOf<Deployment>({
      prepareForUpdate: ({ metadata }, old) => {
        // Annotations of a rollout count as a change of it.
        if (!jsonEqual(metadata.annotations ?? {}, old.metadata.annotations ?? {}))
          metadata.generation = (old.metadata.generation ?? 0) + 1;
      },
      generation: true,
      applyDefaults: defaultDeployment,
      validate: validateDeployment,
      validateUpdate: validateDeploymentUpdate,
      validateStatusUpdate: validateDeploymentStatus,
      warnings: (object, old) => [
        ...workloadNameWarnings(object.metadata.name, old),
        ...(isSameGeneration(object, old) ? [] : podTemplateWarnings(object.spec.template)),
      ],
    }),
  },
  replicasets: {
    cells: replicaSetCells,
    scale,
    strategy: strategyOf<ReplicaSet>({
      generation: true,
      applyDefaults: defaultReplicaSet,
      validate: validateReplicaSet,
      validateUpdate: validateReplicaSetUpdate,
      validateStatusUpdate: validateReplicaSetStatus,
      warnings: (object, old) => [
        ...workloadNameWarnings(object.metadata.name, old),
        ...(isSameGeneration(object, old) ? [] : podTemplateWarnings(object.spec.template)),
      ],
    }),
  },
  statefulsets: {
    cells: statefulSetCells,
    scale,
    strategy: strategyOf<StatefulSet>({
      generation: true,
      applyDefaults: defaultStatefulSet,
      validate: validateStatefulSet,
      validateUpdate: validateStatefulSetUpdate,
      validateStatusUpdate: validateStatefulSetStatus,
      nameCheck: isDns1123Label,
      warnings: statefulSetWarnings,
    }),
  },
  controllerrevisions: {
    cells: controllerRevisionCells,
    strategy: strategyOf<ControllerRevision>({
      validate: validateControllerRevision,
      validateUpdate: (revision, old) => [...validateRevisionNumber(revision), ...unchanged(revision.data, old.data, 'data')],
    }),
  },
};

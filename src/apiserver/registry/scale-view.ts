import type { KindDefinition, ScalePaths } from '../../api/kind-definition.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import {
  formatLabelSelector,
  labelSelectorFromMap,
  labelSelectorFromSpec,
  type LabelSelectorSpec,
} from '../../apimachinery/selectors/label-selector.ts';

/** autoscaling/v1 Scale. */
export interface Scale extends UnstructuredObject {
  spec: { replicas?: number };
  status: { replicas: number; selector?: string };
}

const defaultPaths: ScalePaths = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.spec.selector',
};

const fieldsOf = (path: string): string[] => path.split('.').filter((field) => field !== '');

const valueAt = (object: unknown, path: string): unknown => {
  let value: unknown = object;
  for (const field of fieldsOf(path))
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined;
  return value;
};

const selectorText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const isSpec = 'matchLabels' in value || 'matchExpressions' in value;
  return formatLabelSelector(
    isSpec ? labelSelectorFromSpec(value as LabelSelectorSpec) : labelSelectorFromMap(value as Readonly<Record<string, string>>),
  );
};

/** The Scale of an object, by its kind's paths. */
export const scaleOf = (definition: KindDefinition, object: UnstructuredObject): Scale => {
  const paths = definition.scale ?? defaultPaths;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = valueAt(object, paths.specReplicasPath);
  const selector = paths.labelSelectorPath === undefined ? undefined : selectorText(valueAt(object, paths.labelSelectorPath));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    spec: typeof replicas === 'number' && replicas !== 0 ? { replicas } : {},
    status: { replicas: Number(valueAt(object, paths.statusReplicasPath) ?? 0), ...(selector ? { selector } : {}) },
  };
};

/** Whether the object says how many replicas it wants; built-in kinds always do. */
export const hasReplicas = ({ custom, scale }: KindDefinition, object: UnstructuredObject): boolean =>
  !custom || !scale || valueAt(object, scale.specReplicasPath) !== undefined;

/** Writes the wanted number into the object, in place. */
export const setReplicas = (definition: KindDefinition, object: UnstructuredObject, replicas: number): void => {
  const fields = fieldsOf((definition.scale ?? defaultPaths).specReplicasPath);
  const last = fields.pop() ?? 'replicas';
  let target = object as Record<string, unknown>;
  for (const field of fields) target = (target[field] ??= {}) as Record<string, unknown>;
  target[last] = replicas;
};

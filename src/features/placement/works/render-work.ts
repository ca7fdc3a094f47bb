import { deepClone } from '../../../apimachinery/clone/deep-clone.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { Cluster } from '../../fleet/api/cluster.ts';
import { annotations, executionNamespace, finalizers, labels } from '../api/names.ts';
import type { ResourceBinding } from '../api/resource-binding.ts';
import type { Work } from '../api/work.ts';
import { pruneTemplate } from '../interpreter/prune.ts';
import { reviseReplicas } from '../interpreter/replicas.ts';
import { applyOverriders } from '../override/apply-overriders.ts';
import type { MatchingRule } from '../override/matching-overrides.ts';
import { fnv32a } from '../schedule/webster.ts';

/** `<name>-<hash of namespace, kind and name>`: the same template always has the same Work name. */
export const workName = ({ spec: { resource } }: Pick<ResourceBinding, 'spec'>): string => {
  const hash = fnv32a(`${resource.namespace ?? ''}/${resource.apiVersion}/${resource.kind}/${resource.name}`)
    .toString(16)
    .padStart(8, '0');
  return `${resource.name.replaceAll(':', '.').toLowerCase()}-${hash}`;
};

export interface RenderInput {
  readonly binding: ResourceBinding;
  readonly template: UnstructuredObject;
  readonly cluster: Cluster;
  /** Undefined leaves the template's own number. */
  readonly replicas: number | undefined;
  /** A Job's completions on this cluster. */
  readonly completions: number | undefined;
  readonly overrides: readonly MatchingRule[];
}

/** The Work that puts the template onto one cluster. Pure. @throws {Error} when an override cannot be applied to it */
export const renderWork = ({ binding, template, cluster, replicas, completions, overrides }: RenderInput): Work => {
  const name = workName(binding);
  const namespace = executionNamespace(cluster.metadata.name);
  let manifest = pruneTemplate(template);
  if (replicas !== undefined) reviseReplicas(manifest, replicas);
  if (completions !== undefined) (manifest['spec'] as Record<string, unknown>)['completions'] = completions;
  for (const { policy, overriders } of overrides) {
    try {
      manifest = applyOverriders(manifest, overriders);
    } catch (error) {
      throw new Error(
        `override policy ${policy} on cluster ${cluster.metadata.name}: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
  }
  mark(manifest, { binding, template, name, namespace });
  const { spec, metadata } = binding;
  const idLabel = metadata.namespace ? labels.bindingId : labels.clusterBindingId;
  const suspended = spec.suspension?.dispatching || spec.suspension?.dispatchingOnClusters?.clusterNames?.includes(cluster.metadata.name);
  return {
    apiVersion: 'work.karmada.io/v1alpha1',
    kind: 'Work',
    metadata: {
      name,
      namespace,
      labels: { [idLabel]: metadata.labels?.[idLabel] ?? '' },
      annotations: bindingAnnotations(binding),
      finalizers: [finalizers.execution],
    },
    spec: {
      workload: { manifests: [manifest] },
      ...(suspended ? { suspendDispatching: true } : {}),
      ...(spec.preserveResourcesOnDeletion ? { preserveResourcesOnDeletion: true } : {}),
    },
  };
};

const bindingAnnotations = ({ metadata }: ResourceBinding): Record<string, string> =>
  metadata.namespace
    ? { [annotations.bindingName]: metadata.name, [annotations.bindingNamespace]: metadata.namespace }
    : { [annotations.clusterBindingName]: metadata.name };

interface Origin {
  readonly binding: ResourceBinding;
  readonly template: UnstructuredObject;
  readonly name: string;
  readonly namespace: string;
}

/** Puts on the manifest what ties the member's object to its Work, and which labels and annotations are the template's. */
const mark = (manifest: UnstructuredObject, { binding, template, name, namespace }: Origin): void => {
  const own = { labels: deepClone(manifest.metadata.labels ?? {}), annotations: deepClone(manifest.metadata.annotations ?? {}) };
  const idLabel = binding.metadata.namespace ? labels.bindingId : labels.clusterBindingId;
  const conflict =
    own.annotations[annotations.conflictResolution] ?? (binding.spec.conflictResolution === 'Overwrite' ? 'overwrite' : 'abort');
  for (const key of [labels.propagationPolicyId, labels.clusterPropagationPolicyId]) delete own.labels[key];
  for (const key of [annotations.policyName, annotations.policyNamespace, annotations.clusterPolicyName]) delete own.annotations[key];
  const addedLabels = { [labels.managed]: 'true', [idLabel]: binding.metadata.labels?.[idLabel] ?? '' };
  const addedAnnotations = {
    ...bindingAnnotations(binding),
    [annotations.workName]: name,
    [annotations.workNamespace]: namespace,
    [annotations.templateUid]: template.metadata.uid ?? '',
    [annotations.templateGeneration]: String(template.metadata.generation ?? 0),
    [annotations.conflictResolution]: conflict,
  };
  const names = (values: Record<string, string>): string => Object.keys(values).toSorted().join(',');
  manifest.metadata.labels = { ...own.labels, ...addedLabels };
  manifest.metadata.annotations = { ...own.annotations, ...addedAnnotations };
  manifest.metadata.annotations[annotations.managedLabels] = names(manifest.metadata.labels);
  manifest.metadata.annotations[annotations.managedAnnotations] = [
    ...Object.keys(manifest.metadata.annotations),
    annotations.managedAnnotations,
  ]
    .toSorted()
    .join(',');
};

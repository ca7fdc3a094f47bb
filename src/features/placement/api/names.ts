/** Labels, annotations, finalizers and taints that Karmada defined; clients and existing manifests rely on them. */
export const labels = {
  /** On everything a member holds because of a Work: `"true"`. */
  managed: 'karmada.io/managed',
  propagationPolicyId: 'propagationpolicy.karmada.io/permanent-id',
  clusterPropagationPolicyId: 'clusterpropagationpolicy.karmada.io/permanent-id',
  bindingId: 'resourcebinding.karmada.io/permanent-id',
  clusterBindingId: 'clusterresourcebinding.karmada.io/permanent-id',
  workId: 'work.karmada.io/permanent-id',
  /** On a Deployment: `"true"` keeps the replicas that a member's autoscaler chose. */
  retainReplicas: 'resourcetemplate.karmada.io/retain-replicas',
  /** Prefix of the label on a dependency's binding that names who depends on it. */
  dependedBy: 'resourcebinding.karmada.io/depended-by-',
} as const;

export const annotations = {
  policyName: 'propagationpolicy.karmada.io/name',
  policyNamespace: 'propagationpolicy.karmada.io/namespace',
  clusterPolicyName: 'clusterpropagationpolicy.karmada.io/name',
  bindingName: 'resourcebinding.karmada.io/name',
  bindingNamespace: 'resourcebinding.karmada.io/namespace',
  clusterBindingName: 'clusterresourcebinding.karmada.io/name',
  workName: 'work.karmada.io/name',
  workNamespace: 'work.karmada.io/namespace',
  conflictResolution: 'work.karmada.io/conflict-resolution',
  templateUid: 'resourcetemplate.karmada.io/uid',
  templateGeneration: 'resourcetemplate.karmada.io/generation',
  managedLabels: 'resourcetemplate.karmada.io/managed-labels',
  managedAnnotations: 'resourcetemplate.karmada.io/managed-annotations',
  /** Where the scheduler put a binding, for people: `east 2, west 1`. */
  clusters: 'placement.causeway.dev/clusters',
} as const;

export const finalizers = {
  execution: 'karmada.io/execution-controller',
  binding: 'karmada.io/binding-controller',
  clusterBinding: 'karmada.io/cluster-resource-binding-controller',
} as const;

export const taints = {
  notReady: 'cluster.karmada.io/not-ready',
  unreachable: 'cluster.karmada.io/unreachable',
  terminating: 'cluster.karmada.io/terminating',
} as const;

const executionPrefix = 'karmada-es-';

/** The hub's namespace that holds the Works of one member. */
export const executionNamespace = (cluster: string): string => `${executionPrefix}${cluster}`;

/** The inverse of executionNamespace; undefined for any other namespace. */
export const clusterOfExecutionNamespace = (namespace: string): string | undefined =>
  namespace.startsWith(executionPrefix) ? namespace.slice(executionPrefix.length) : undefined;

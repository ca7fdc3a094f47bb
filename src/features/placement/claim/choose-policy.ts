import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { matchesLabelSelector } from '../label-match.ts';
import type { ResourceSelector } from '../api/placement.ts';
import type { PropagationPolicy } from '../api/propagation-policy.ts';

/** How exactly a selector names a template: a name beats labels, labels beat the kind alone. 0 is no match. */
export const precision = (selector: ResourceSelector, template: KubeObject): 0 | 1 | 2 | 3 => {
  if (selector.apiVersion !== template.apiVersion || selector.kind !== template.kind) return 0;
  if (selector.namespace && selector.namespace !== template.metadata.namespace) return 0;
  if (selector.name) return selector.name === template.metadata.name ? 3 : 0;
  if (!selector.labelSelector) return 1;
  return matchesLabelSelector(selector.labelSelector, template.metadata.labels) ? 2 : 0;
};

const bestPrecision = (policy: PropagationPolicy, template: KubeObject): number =>
  Math.max(0, ...policy.spec.resourceSelectors.map((selector) => precision(selector, template)));

/** Explicit priority, then precision, then the lexically smaller name. Undefined when none matches. */
export const choosePolicy = <P extends PropagationPolicy>(policies: readonly P[], template: KubeObject): P | undefined => {
  let best: { policy: P; priority: number; precision: number } | undefined;
  for (const policy of policies) {
    if (policy.metadata.deletionTimestamp) continue;
    const match = bestPrecision(policy, template);
    if (match === 0) continue;
    const entry = { policy, priority: policy.spec.priority ?? 0, precision: match };
    if (!best || isBetter(entry, best)) best = entry;
  }
  return best?.policy;
};

interface Ranked {
  readonly policy: KubeObject;
  readonly priority: number;
  readonly precision: number;
}

const isBetter = (a: Ranked, b: Ranked): boolean => {
  if (a.priority !== b.priority) return a.priority > b.priority;
  if (a.precision !== b.precision) return a.precision > b.precision;
  return a.policy.metadata.name < b.policy.metadata.name;
};

const reserved = new Set(['karmada-system', 'karmada-cluster']);

/** Templates in these namespaces are never propagated: the fleet's own and `kube-*`. */
export const isReservedNamespace = (namespace: string): boolean =>
  reserved.has(namespace) || namespace.startsWith('karmada-es-') || /^kube-.*/.test(namespace);

const perCluster = new Set([
  'ServiceAccount/default',
  'ConfigMap/kube-root-ca.crt',
  'Service/kubernetes',
  'Endpoints/kubernetes',
  'EndpointSlice/kubernetes',
]);

/** Objects that every cluster makes for itself: propagating them would only collide. */
export const isPerCluster = ({ kind, metadata }: KubeObject): boolean =>
  perCluster.has(`${kind}/${metadata.name}`) && (metadata.name !== 'kubernetes' || metadata.namespace === 'default');

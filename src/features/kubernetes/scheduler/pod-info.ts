import { labelSelectorFromSpec, matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import type { LabelSelector } from '../../../apimachinery/selectors/label-selector.ts';
import type { Container, Pod, PodAffinityTerm, WeightedPodAffinityTerm } from '../../../api/core/types.gen.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { hostPortsOf } from '../common/host-ports.ts';
import type { HostPort } from '../common/host-ports.ts';
import { podAmounts, requestsOf } from '../common/resource-amounts.ts';
import type { Amounts } from '../common/resource-amounts.ts';

/** A pod affinity term, ready to match. */
export interface AffinityTerm {
  readonly topologyKey: string;
  readonly weight: number;
  readonly selector: LabelSelector;
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: LabelSelector | undefined;
}

/** A pod with everything about it that is computed once. */
export interface PodInfo {
  readonly key: string;
  readonly pod: Pod;
  readonly priority: number;
  readonly requests: Amounts;
  readonly assumedRequests: Amounts;
  readonly hostPorts: readonly HostPort[];
  readonly affinity: readonly AffinityTerm[];
  readonly antiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly AffinityTerm[];
  readonly preferredAntiAffinity: readonly AffinityTerm[];
}

/** Scores assume that a container without requests uses a little. */
const assumedContainer = (container: Container): Amounts => ({ cpu: 100, memory: 200 * 1024 * 1024, ...requestsOf(container) });

export const createPodInfo = (pod: Pod): PodInfo => {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const required = (terms: readonly PodAffinityTerm[] | undefined) => (terms ?? []).map((term) => readTerm(pod, term, 1));
  const preferred = (terms: readonly WeightedPodAffinityTerm[] | undefined) =>
    (terms ?? []).map(({ podAffinityTerm, weight }) => readTerm(pod, podAffinityTerm, weight));
  return {
    key: keyOf(pod),
    pod,
    priority: pod.spec.priority ?? 0,
    requests: podAmounts(pod),
    assumedRequests: podAmounts(pod, assumedContainer),
    hostPorts: hostPortsOf(pod),
    affinity: required(podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    antiAffinity: required(podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    preferredAffinity: preferred(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
    preferredAntiAffinity: preferred(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
  };
};

function readTerm(pod: Pod, term: PodAffinityTerm, weight: number): AffinityTerm {
  const selector = labelSelectorFromSpec(term.labelSelector);
  const noNamespaces = !term.namespaces?.length && !term.namespaceSelector;
  return {
    topologyKey: term.topologyKey,
    weight,
    selector,
    namespaces: new Set(noNamespaces ? [pod.metadata.namespace ?? ''] : term.namespaces),
    namespaceSelector: term.namespaceSelector ? labelSelectorFromSpec(term.namespaceSelector) : undefined,
  };
}

/** Whether the term means this pod. */
export const termSelects = (
  { selector, namespaces, namespaceSelector }: AffinityTerm,
  { metadata }: Pod,
  namespaceLabels: (namespace: string) => Readonly<Record<string, string>>,
): boolean => {
  const namespace = metadata.namespace ?? '';
  const inNamespace = namespaces.has(namespace) || (namespaceSelector && matchesLabels(namespaceSelector, namespaceLabels(namespace)));
  return Boolean(inNamespace) && matchesLabels(selector, metadata.labels);
};

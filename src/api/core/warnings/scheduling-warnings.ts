import type { Affinity, PodAffinity, PodAntiAffinity, PodSpec } from '../types.gen.ts';
import { deprecatedLabel, nodeSelectorWarnings, preferenceWarnings, termWarnings } from './deprecated-labels.ts';

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
const matchesNothing = 'a null labelSelector results in matching no pod';

const podTerms = (affinity: PodAffinity | PodAntiAffinity | undefined, path: string): string[] => [
  ...(affinity?.[required] ?? []).flatMap(({ labelSelector }, index) =>
    labelSelector ? [] : [`${path}.${required}[${index}].labelSelector: ${matchesNothing}`],
  ),
  ...(affinity?.[preferred] ?? []).flatMap(({ podAffinityTerm }, index) =>
    podAffinityTerm.labelSelector ? [] : [`${path}.${preferred}[${index}].podAffinityTerm.labelSelector: ${matchesNothing}`],
  ),
];

const affinityWarnings = ({ nodeAffinity, podAffinity, podAntiAffinity }: Affinity, path: string): string[] => [
  ...(nodeAffinity?.[required]?.nodeSelectorTerms ?? []).flatMap((term, index) =>
    termWarnings(term, `${path}.nodeAffinity.${required}.nodeSelectorTerms[${index}]`),
  ),
  ...(nodeAffinity?.[preferred] ?? []).flatMap(({ preference }, index) =>
    preferenceWarnings(preference, `${path}.nodeAffinity.${preferred}[${index}].preference`),
  ),
  ...podTerms(podAffinity, `${path}.podAffinity`),
  ...podTerms(podAntiAffinity, `${path}.podAntiAffinity`),
];

/** Deprecated labels, and selectors that match nothing, in what a pod asks of the scheduler. */
export const schedulingWarnings = ({ nodeSelector, affinity, topologySpreadConstraints = [] }: PodSpec, path: string): string[] => [
  ...nodeSelectorWarnings(nodeSelector, `${path}.nodeSelector`),
  ...(affinity ? affinityWarnings(affinity, `${path}.affinity`) : []),
  ...topologySpreadConstraints.flatMap(({ topologyKey, labelSelector }, index) => {
    const text = deprecatedLabel(topologyKey);
    const at = `${path}.topologySpreadConstraints[${index}]`;
    return [
      ...(text === undefined ? [] : [`${at}.topologyKey: ${topologyKey} is ${text}`]),
      ...(labelSelector ? [] : [`${at}.labelSelector: ${matchesNothing}`]),
    ];
  }),
];

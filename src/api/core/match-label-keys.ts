import type { LabelSelectorSpec } from '../../apimachinery/selectors/label-selector.ts';
import type { Pod, PodAffinity, PodAffinityTerm } from './types.gen.ts';

interface Keyed {
  labelSelector?: LabelSelectorSpec;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
}

/** Adds a requirement for each key that the pod has a label of; the selector is made anew. */
const fixKeys = (keyed: Keyed, labels: Readonly<Record<string, string>>): void => {
  if (!keyed.labelSelector) return;
  const requirement = (key: string, operator: string) => {
    const value = labels[key];
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  };
  const added = [
    ...(keyed.matchLabelKeys ?? []).flatMap((key) => requirement(key, 'In')),
    ...(keyed.mismatchLabelKeys ?? []).flatMap((key) => requirement(key, 'NotIn')),
  ];
  if (added.length === 0) return;
  keyed.labelSelector = { ...keyed.labelSelector, matchExpressions: [...(keyed.labelSelector.matchExpressions ?? []), ...added] };
};

const termsOf = (affinity: PodAffinity | undefined): PodAffinityTerm[] => [
  ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
];

/** At creation the keys of KEP-3633 and KEP-3243 become requirements on the values that the pod's labels have then. */
export const applyMatchLabelKeys = ({ metadata, spec }: Pod): void => {
  const labels = metadata.labels ?? {};
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  for (const term of [...termsOf(podAffinity), ...termsOf(podAntiAffinity), ...(spec.topologySpreadConstraints ?? [])]) {
    fixKeys(term as Keyed, labels);
  }
};

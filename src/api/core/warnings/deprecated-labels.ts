import { isLabelValue } from '../../../apimachinery/validation/names.ts';

const replaced = (since: string, by: string): string => `deprecated since ${since}; use "${by}" instead`;

const deprecations: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': replaced('v1.14', 'kubernetes.io/arch'),
  'beta.kubernetes.io/os': replaced('v1.14', 'kubernetes.io/os'),
  'failure-domain.beta.kubernetes.io/region': replaced('v1.17', 'topology.kubernetes.io/region'),
  'failure-domain.beta.kubernetes.io/zone': replaced('v1.17', 'topology.kubernetes.io/zone'),
  'beta.kubernetes.io/instance-type': replaced('v1.17', 'node.kubernetes.io/instance-type'),
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
};

/** What to say about a node label that has another name now; undefined for all others. */
export const deprecatedLabel = (label: string): string | undefined =>
  Object.hasOwn(deprecations, label) ? deprecations[label] : undefined;

/** Deprecated labels among a node selector's keys; the path ends with the key when `keyed`. */
export const nodeSelectorWarnings = (selector: Readonly<Record<string, string>> | undefined, path: string, keyed = true): string[] =>
  Object.keys(selector ?? {}).flatMap((label) => {
    const text = deprecatedLabel(label);
    return text === undefined ? [] : [`${path}${keyed ? `[${label}]` : ''}: ${text}`];
  });

interface Term {
  readonly matchExpressions?: readonly { readonly key: string; readonly values?: readonly string[] }[];
}

/** Deprecated labels that a term of node affinity asks for. */
export const termWarnings = ({ matchExpressions = [] }: Term, path: string): string[] =>
  matchExpressions.flatMap(({ key }, index) => keyWarnings(key, `${path}.matchExpressions[${index}].key`));

/** The same of a preference, whose values need not be labels to be taken. */
export const preferenceWarnings = ({ matchExpressions = [] }: Term, path: string): string[] =>
  matchExpressions.flatMap(({ key, values = [] }, index) => [
    ...keyWarnings(key, `${path}.matchExpressions[${index}].key`),
    ...values.flatMap((value, at) =>
      isLabelValue(value).map((problem) => `${path}.matchExpressions[${index}].values[${at}]: ${value} is invalid, ${problem}`),
    ),
  ]);

const keyWarnings = (key: string, path: string): string[] => {
  const text = deprecatedLabel(key);
  return text === undefined ? [] : [`${path}: ${key} is ${text}`];
};

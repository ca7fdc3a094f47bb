const replacements: Readonly<Record<string, readonly [since: string, use: string]>> = {
  'beta.kubernetes.io/arch': ['v1.14', 'kubernetes.io/arch'],
  'beta.kubernetes.io/os': ['v1.14', 'kubernetes.io/os'],
  'failure-domain.beta.kubernetes.io/region': ['v1.17', 'topology.kubernetes.io/region'],
  'failure-domain.beta.kubernetes.io/zone': ['v1.17', 'topology.kubernetes.io/zone'],
  'beta.kubernetes.io/instance-type': ['v1.17', 'node.kubernetes.io/instance-type'],
};

/** What to say about a node label that has another name now; undefined for all others. */
export const deprecatedLabel = (label: string): string | undefined => {
  const found = replacements[label];
  return found && `deprecated since ${found[0]}; use "${found[1]}" instead`;
};

/** Deprecated labels among a node selector's keys; the path ends with the key when `keyed`. */
export const nodeSelectorWarnings = (selector: Readonly<Record<string, string>> | undefined, path: string, keyed = true): string[] =>
  Object.keys(selector ?? {}).flatMap((label) => {
    const text = deprecatedLabel(label);
    return text === undefined ? [] : [`${path}${keyed ? `[${label}]` : ''}: ${text}`];
  });

interface Term {
  readonly matchExpressions?: readonly { readonly key: string }[];
}

/** Deprecated labels that a term of node affinity asks for. */
export const termWarnings = ({ matchExpressions = [] }: Term, path: string): string[] =>
  matchExpressions.flatMap(({ key }, index) => {
    const text = deprecatedLabel(key);
    return text === undefined ? [] : [`${path}.matchExpressions[${index}].key: ${key} is ${text}`];
  });

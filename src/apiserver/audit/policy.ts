import { decodeYaml } from '../../apimachinery/yaml/decode-yaml.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { aggregateMessages, formatFieldError } from '../../apimachinery/validation/format-field-error.ts';
import { isDns1123Subdomain } from '../../apimachinery/validation/names.ts';

export const levels = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type AuditLevel = (typeof levels)[number];

export const stages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const;
export type AuditStage = (typeof stages)[number];

export interface GroupResources {
  readonly group?: string;
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** PolicyRule of audit.k8s.io/v1: the first that takes in a request says how much is logged of it. */
export interface AuditRule {
  readonly level: AuditLevel;
  readonly users?: readonly string[];
  readonly userGroups?: readonly string[];
  readonly verbs?: readonly string[];
  readonly resources?: readonly GroupResources[];
  readonly namespaces?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly omitStages?: readonly AuditStage[];
  readonly omitManagedFields?: boolean;
}

/** Policy of audit.k8s.io/v1. */
export interface AuditPolicy {
  readonly rules: readonly AuditRule[];
  readonly omitStages?: readonly AuditStage[];
  readonly omitManagedFields?: boolean;
}

const stageErrors = (omitted: readonly string[] | undefined, path: string): FieldError[] =>
  (omitted ?? []).flatMap((stage, index) =>
    (stages as readonly string[]).includes(stage) ? [] : [invalid(`${path}[${index}]`, stage, `allowed stages are ${stages.join(',')}`)],
  );

const pathErrors = (urls: readonly string[] | undefined, path: string): FieldError[] =>
  (urls ?? []).flatMap((url, index) => {
    if (url === '*') return [];
    const at = `${path}[${index}]`;
    return [
      ...(url.startsWith('/') ? [] : [invalid(at, url, "non-resource URL rules must begin with a '/' character")]),
      ...(url.slice(0, -1).includes('*')
        ? [invalid(at, url, "non-resource URL wildcards '*' must be the final character of the rule")]
        : []),
    ];
  });

const resourceErrors = (resources: readonly GroupResources[] | undefined, path: string): FieldError[] =>
  (resources ?? []).flatMap(({ group = '', resources: names = [], resourceNames = [] }) => {
    const wrong = group === '' ? [] : isDns1123Subdomain(group);
    return [
      ...(wrong.length > 0 ? [invalid(`${path}.group`, group, wrong.join(','))] : []),
      ...(resourceNames.length > 0 && names.length === 0
        ? [invalid(`${path}.resourceNames`, resourceNames, 'using resourceNames requires at least one resource')]
        : []),
    ];
  });

const ruleErrors = (rule: AuditRule, path: string): FieldError[] => {
  const { level, nonResourceURLs, resources, namespaces, omitStages } = rule;
  return [
    ...(level ? (levels.includes(level) ? [] : [notSupported(`${path}.level`, level, levels)]) : [required(`${path}.level`)]),
    ...pathErrors(nonResourceURLs, `${path}.nonResourceURLs`),
    ...resourceErrors(resources, `${path}.resources`),
    ...stageErrors(omitStages, `${path}.omitStages`),
    ...(nonResourceURLs?.length && (resources?.length || namespaces?.length)
      ? [invalid(`${path}.nonResourceURLs`, nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs')]
      : []),
  ];
};

/** Reads a policy file, YAML or JSON. @throws {Error} that says what is wrong with it, as kube-apiserver does */
export const parseAuditPolicy = (text: string): AuditPolicy => {
  const { apiVersion, kind, ...policy } = (decodeYaml(text).value ?? {}) as unknown as AuditPolicy & { apiVersion?: string; kind?: string };
  if (apiVersion !== 'audit.k8s.io/v1' || kind !== 'Policy')
    throw new Error(`audit policy: unknown group version field ${apiVersion ?? ''}, Kind=${kind ?? ''} in policy`);
  const rules = policy.rules ?? [];
  const errors = [...stageErrors(policy.omitStages, 'omitStages'), ...rules.flatMap((rule, index) => ruleErrors(rule, `rules[${index}]`))];
  if (errors.length > 0) throw new Error(`audit policy: ${aggregateMessages(errors.map(formatFieldError))}`);
  if (rules.length === 0) throw new Error('audit policy: loaded illegal policy with 0 rules');
  return policy;
};

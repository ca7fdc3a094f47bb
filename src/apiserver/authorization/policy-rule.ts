import type { AuthorizationAttributes } from './contract.ts';

/** rbac.authorization.k8s.io/v1 PolicyRule. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

const has = (set: readonly string[] | undefined, value: string): boolean => set !== undefined && (set.includes(value) || set.includes('*'));

const resourceMatches = (resources: readonly string[] | undefined, resource: string, subresource: string): boolean => {
  if (!resources) return false;
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  return resources.some((rule) => rule === '*' || rule === combined || (subresource !== '' && rule === `*/${subresource}`));
};

const pathMatches = (paths: readonly string[] | undefined, path: string): boolean =>
  paths !== undefined &&
  paths.some((rule) => rule === '*' || rule === path || (rule.endsWith('*') && path.startsWith(rule.replace(/\*+$/, ''))));

/** Whether one rule allows what is asked for. */
export const ruleAllows = (rule: PolicyRule, { verb, resource, nonResource }: AuthorizationAttributes): boolean => {
  if (!has(rule.verbs, verb)) return false;
  if (resource) {
    return (
      has(rule.apiGroups, resource.group) &&
      resourceMatches(rule.resources, resource.resource, resource.subresource) &&
      (!rule.resourceNames?.length || rule.resourceNames.includes(resource.name))
    );
  }
  return nonResource !== undefined && pathMatches(rule.nonResourceURLs, nonResource.path);
};

/** One rule for each combination of group, resource, verb and name (or path and verb). */
const breakDown = (rule: PolicyRule): PolicyRule[] => {
  const names: (readonly string[] | undefined)[] = rule.resourceNames?.length ? rule.resourceNames.map((name) => [name]) : [undefined];
  const parts: PolicyRule[] = [];
  for (const group of rule.apiGroups ?? []) {
    for (const resource of rule.resources ?? []) {
      for (const verb of rule.verbs) {
        for (const resourceNames of names) {
          parts.push({ apiGroups: [group], resources: [resource], verbs: [verb], ...(resourceNames ? { resourceNames } : {}) });
        }
      }
    }
  }
  for (const path of rule.nonResourceURLs ?? []) for (const verb of rule.verbs) parts.push({ nonResourceURLs: [path], verbs: [verb] });
  return parts;
};

const resourceCovers = (owner: readonly string[] | undefined, [resource = '']: readonly string[]): boolean => {
  if (has(owner, resource)) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && has(owner, `*${resource.slice(slash)}`);
};

const covers = (owner: PolicyRule, part: PolicyRule): boolean => {
  if (!has(owner.verbs, part.verbs[0] ?? '')) return false;
  const [path] = part.nonResourceURLs ?? [];
  if (path !== undefined) return pathMatches(owner.nonResourceURLs, path);
  const [name] = part.resourceNames ?? [];
  return (
    has(owner.apiGroups, part.apiGroups?.[0] ?? '') &&
    resourceCovers(owner.resources, part.resources ?? []) &&
    (!owner.resourceNames?.length || (name !== undefined && owner.resourceNames.includes(name)))
  );
};

/** The parts of `wanted` that none of `owned` allows, each as small as a rule can be. Empty when all is covered. */
export const uncovered = (owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] =>
  wanted.flatMap(breakDown).filter((part) => !owned.some((owner) => covers(owner, part)));

import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { asPod, type Pod } from '../pods/pod-types.ts';

interface ScopeRequirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

interface QuotaSpec {
  readonly hard?: Record<string, string>;
  readonly scopes?: readonly string[];
  readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] };
}

export const quotaSpec = (quota: UnstructuredObject): QuotaSpec => (quota['spec'] ?? {}) as QuotaSpec;

const isBestEffort = ({ spec }: Pod): boolean =>
  [...spec.containers, ...(spec.initContainers ?? []), spec].every(({ resources }) => {
    const { requests = {}, limits = {} } = (resources ?? {}) as { requests?: object; limits?: object };
    return ![...Object.entries(requests), ...Object.entries(limits)].some(([name, value]) => /^(cpu|memory)$/.test(name) && value !== '0');
  });

const crossesNamespaces = ({ spec }: Pod): boolean => {
  const affinity = spec['affinity'] as Record<string, Record<string, unknown> | undefined> | undefined;
  const terms = (['podAffinity', 'podAntiAffinity'] as const).flatMap((kind) => {
    const rules = affinity?.[kind] ?? {};
    const required = (rules['requiredDuringSchedulingIgnoredDuringExecution'] ?? []) as Record<string, unknown>[];
    const preferred = (rules['preferredDuringSchedulingIgnoredDuringExecution'] ?? []) as { podAffinityTerm?: Record<string, unknown> }[];
    return [...required, ...preferred.map(({ podAffinityTerm }) => podAffinityTerm ?? {})];
  });
  return terms.some((term) => ((term['namespaces'] as unknown[] | undefined)?.length ?? 0) > 0 || term['namespaceSelector'] !== undefined);
};

/** Whether any of the classes an object names is one that the scope asks for. */
const selects = ({ operator, values = [] }: Omit<ScopeRequirement, 'scopeName'>, classes: readonly string[]): boolean => {
  switch (operator) {
    case 'Exists':
      return classes.length > 0;
    case 'DoesNotExist':
      return classes.length === 0;
    case 'In':
      return classes.some((name) => values.includes(name));
    default:
      return classes.length === 0 || classes.some((name) => !values.includes(name));
  }
};

/** The volume attributes classes of a claim: the one that is wanted, the one that its volume has, and the one that it is changed to. */
const attributesClasses = (claim: UnstructuredObject): string[] => {
  const { volumeAttributesClassName: wanted } = (claim['spec'] ?? {}) as { volumeAttributesClassName?: string };
  const { currentVolumeAttributesClassName: current, modifyVolumeStatus } = (claim['status'] ?? {}) as {
    currentVolumeAttributesClassName?: string;
    modifyVolumeStatus?: { targetVolumeAttributesClassName?: string };
  };
  return [wanted, current, modifyVolumeStatus?.targetVolumeAttributesClassName].flatMap((name) => name || []);
};

const podMatches = (pod: Pod, { scopeName, operator, values = [] }: ScopeRequirement): boolean => {
  const deadline = pod.spec['activeDeadlineSeconds'] as number | undefined;
  switch (scopeName) {
    case 'Terminating':
      return deadline !== undefined && deadline >= 0;
    case 'NotTerminating':
      return deadline === undefined;
    case 'BestEffort':
      return isBestEffort(pod);
    case 'NotBestEffort':
      return !isBestEffort(pod);
    case 'CrossNamespacePodAffinity':
      return crossesNamespaces(pod);
    case 'PriorityClass':
      return selects({ operator, values }, pod.spec.priorityClassName ? [pod.spec.priorityClassName] : []);
    default:
      return false;
  }
};

const claimMatches = (claim: UnstructuredObject, requirement: ScopeRequirement): boolean =>
  requirement.scopeName === 'VolumeAttributesClass' && selects(requirement, attributesClasses(claim));

/** Whether a quota's scopes take in the object. Scopes select pods and claims: a scoped quota counts nothing else. */
export const inScope = (quota: UnstructuredObject, resource: string, object: UnstructuredObject): boolean => {
  const { scopes = [], scopeSelector } = quotaSpec(quota);
  const requirements = [...scopes.map((scopeName) => ({ scopeName, operator: 'Exists' })), ...(scopeSelector?.matchExpressions ?? [])];
  if (requirements.length === 0) return true;
  if (resource === 'pods') return requirements.every((requirement) => podMatches(asPod(object), requirement));
  return resource === 'persistentvolumeclaims' && requirements.every((requirement) => claimMatches(object, requirement));
};

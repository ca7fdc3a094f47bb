import type { LabelSelectorSpec } from '../../apimachinery/selectors/label-selector.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label, isDns1123Subdomain, isLabelKey, isLabelValue } from '../../apimachinery/validation/names.ts';
import { checked, childPath, each, invalids, labelSelector, optionalOneOf, positive } from '../checks.ts';
import type {
  Affinity,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
} from './types.gen.ts';

/** What a node must or should have; values are checked only where it must. */
const requirement = ({ key, operator, values = [] }: NodeSelectorRequirement, path: string, withValues: boolean): FieldError[] => {
  const errors: FieldError[] = [];
  const valuesPath = childPath(path, 'values');
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) errors.push(required(valuesPath, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) errors.push(forbiddenField(valuesPath, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1) errors.push(required(valuesPath, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
  } else errors.push(invalid(childPath(path, 'operator'), operator, 'not a valid selector operator'));
  errors.push(...checked(isLabelKey, key, childPath(path, 'key')));
  return withValues ? [...errors, ...values.flatMap((value, index) => checked(isLabelValue, value, `${valuesPath}[${index}]`))] : errors;
};

const fieldRequirement = ({ key, operator, values = [] }: NodeSelectorRequirement, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn')
    errors.push(invalid(childPath(path, 'operator'), operator, 'not a valid selector operator'));
  else if (values.length !== 1)
    errors.push(required(childPath(path, 'values'), "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"));
  if (key !== 'metadata.name') return [...errors, invalid(childPath(path, 'key'), key, 'not a valid field selector key')];
  return [...errors, ...each(values, childPath(path, 'values'), (value, item) => checked(isDns1123Subdomain, value, item))];
};

const term = ({ matchExpressions, matchFields }: NodeSelectorTerm, path: string, withValues: boolean): FieldError[] => [
  ...each(matchExpressions, childPath(path, 'matchExpressions'), (item, at) => requirement(item, at, withValues)),
  ...each(matchFields, childPath(path, 'matchFields'), fieldRequirement),
];

export const validateNodeSelector = ({ nodeSelectorTerms }: NodeSelector, path: string): FieldError[] => {
  const termsPath = childPath(path, 'nodeSelectorTerms');
  return nodeSelectorTerms?.length
    ? each(nodeSelectorTerms, termsPath, (item, at) => term(item, at, true))
    : [required(termsPath, 'must have at least one node selector term')];
};

const weight = (value: number, path: string): FieldError[] =>
  value <= 0 || value > 100 ? [invalid(childPath(path, 'weight'), value, 'must be in the range 1-100')] : [];

const nodeAffinity = (affinity: NodeAffinity, path: string): FieldError[] => {
  const { requiredDuringSchedulingIgnoredDuringExecution: must, preferredDuringSchedulingIgnoredDuringExecution: should } = affinity;
  return [
    ...(must ? validateNodeSelector(must, childPath(path, 'requiredDuringSchedulingIgnoredDuringExecution')) : []),
    ...each(should, childPath(path, 'preferredDuringSchedulingIgnoredDuringExecution'), (preferred, item) => [
      ...weight(preferred.weight, item),
      ...term(preferred.preference, childPath(item, 'preference'), false),
    ]),
  ];
};

interface LabelKeys {
  readonly matchLabelKeys?: string[];
  readonly mismatchLabelKeys?: string[];
  readonly labelSelector?: LabelSelectorSpec;
}

/** Keys whose values come from the pod's own labels (KEP-3633, KEP-3243): no use without a selector, and not in it already. */
const validateLabelKeys = (
  { matchLabelKeys = [], mismatchLabelKeys = [], labelSelector: selector }: LabelKeys,
  path: string,
): FieldError[] => {
  const errors = Object.entries({ matchLabelKeys, mismatchLabelKeys }).flatMap(([name, keys]) => {
    const at = childPath(path, name);
    if (keys.length === 0) return [];
    if (!selector) return [forbiddenField(at, 'must not be specified when labelSelector is not set')];
    return each(keys, at, (key, item) => checked(isLabelKey, key, item));
  });
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}));
  for (const { key } of selector?.matchExpressions ?? []) {
    const index = matchLabelKeys.lastIndexOf(key);
    if (index >= 0 && seen.has(key)) errors.push(invalid(`${path}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    seen.add(key);
  }
  errors.push(
    ...each(matchLabelKeys, childPath(path, 'matchLabelKeys'), (key, item) =>
      mismatchLabelKeys.includes(key) ? [invalid(item, key, 'exists in both matchLabelKeys and mismatchLabelKeys')] : [],
    ),
  );
  return errors;
};

const podTerm = (affinityTerm: PodAffinityTerm, path: string): FieldError[] => [
  ...labelSelector(affinityTerm.labelSelector, childPath(path, 'labelSelector')),
  ...labelSelector(affinityTerm.namespaceSelector, childPath(path, 'namespaceSelector')),
  ...(affinityTerm.namespaces ?? []).flatMap((name) => checked(isDns1123Label, name, childPath(path, 'namespace'))),
  ...validateLabelKeys(affinityTerm, path),
  ...(affinityTerm.topologyKey ? [] : [required(childPath(path, 'topologyKey'), 'can not be empty')]),
  ...checked(isLabelKey, affinityTerm.topologyKey ?? '', childPath(path, 'topologyKey')),
];

const podAffinity = (affinity: PodAffinity, path: string): FieldError[] => [
  ...each(
    affinity.requiredDuringSchedulingIgnoredDuringExecution,
    childPath(path, 'requiredDuringSchedulingIgnoredDuringExecution'),
    podTerm,
  ),
  ...each(
    affinity.preferredDuringSchedulingIgnoredDuringExecution,
    childPath(path, 'preferredDuringSchedulingIgnoredDuringExecution'),
    (preferred, item) => [...weight(preferred.weight, item), ...podTerm(preferred.podAffinityTerm, childPath(item, 'podAffinityTerm'))],
  ),
];

export const validateAffinity = (affinity: Affinity | undefined, path: string): FieldError[] => [
  ...(affinity?.nodeAffinity ? nodeAffinity(affinity.nodeAffinity, childPath(path, 'nodeAffinity')) : []),
  ...(affinity?.podAffinity ? podAffinity(affinity.podAffinity, childPath(path, 'podAffinity')) : []),
  ...(affinity?.podAntiAffinity ? podAffinity(affinity.podAntiAffinity, childPath(path, 'podAntiAffinity')) : []),
];

export const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export const validateTolerations = (tolerations: readonly Toleration[] | undefined, path: string): FieldError[] =>
  each(tolerations, path, ({ key, operator, value, effect, tolerationSeconds }, item) => {
    const errors = key ? checked(isLabelKey, key, childPath(item, 'key')) : [];
    const operatorPath = childPath(item, 'operator');
    if (!key && operator !== 'Exists') {
      const message = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalid(operatorPath, operator ?? '', message));
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      errors.push(invalid(childPath(item, 'effect'), effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    }
    if (!operator || operator === 'Equal') {
      const wrong = isLabelValue(value ?? '');
      if (wrong.length > 0) errors.push(invalid(operatorPath, value, wrong.join(';')));
    } else if (operator === 'Exists') {
      if (value) errors.push(invalid(operatorPath, value, "value must be empty when `operator` is 'Exists'"));
    } else if (operator === 'Lt' || operator === 'Gt') {
      errors.push(notSupported(operatorPath, operator, ['Equal', 'Exists', 'Lt', 'Gt']));
    } else errors.push(notSupported(operatorPath, operator, ['Equal', 'Exists']));
    if (effect && !taintEffects.includes(effect)) errors.push(notSupported(childPath(item, 'effect'), effect, taintEffects));
    return errors;
  });

export const validateTopologySpread = (constraints: readonly TopologySpreadConstraint[] | undefined, path: string): FieldError[] =>
  each(constraints, path, (constraint, item, index) => {
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains } = constraint;
    const errors = positive(maxSkew, childPath(item, 'maxSkew'));
    if (!topologyKey) errors.push(required(childPath(item, 'topologyKey'), 'can not be empty'));
    if (!['DoNotSchedule', 'ScheduleAnyway'].includes(whenUnsatisfiable)) {
      errors.push(notSupported(childPath(item, 'whenUnsatisfiable'), whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway']));
    }
    const repeated = constraints
      ?.slice(index + 1)
      .some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
    if (repeated) {
      const value = `{${topologyKey}, ${whenUnsatisfiable}}`;
      errors.push({ type: 'FieldValueDuplicate', field: `${item}.{topologyKey, whenUnsatisfiable}`, badValue: value, detail: '' });
    }
    if (minDomains !== undefined) {
      errors.push(...invalids(childPath(item, 'minDomains'), minDomains, minDomains <= 0 ? ['must be greater than zero'] : []));
      if (whenUnsatisfiable !== 'DoNotSchedule') {
        const message = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
        errors.push(invalid(childPath(item, 'minDomains'), minDomains, message));
      }
    }
    for (const name of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      errors.push(...optionalOneOf(constraint[name], ['Honor', 'Ignore'], childPath(item, name)));
    }
    return [
      ...errors,
      ...validateLabelKeys(constraint, item),
      ...labelSelector(constraint.labelSelector, childPath(item, 'labelSelector')),
    ];
  });

import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { checked, childPath, each, nonNegative, oneOf } from '../checks.ts';
import type { FlowSchema, PolicyRulesWithSubjects, PriorityLevelConfiguration } from './types.gen.ts';

const maxPrecedence = 10_000;

const validateRules = ({ subjects, resourceRules, nonResourceRules }: PolicyRulesWithSubjects, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  if (!subjects?.length) errors.push(required(childPath(path, 'subjects'), 'subjects must contain at least one value'));
  else
    errors.push(
      ...each(subjects, childPath(path, 'subjects'), ({ kind }, item) =>
        oneOf(kind, ['Group', 'ServiceAccount', 'User'], childPath(item, 'kind')),
      ),
    );
  if (!resourceRules?.length && !nonResourceRules?.length) {
    errors.push(required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty'));
  }
  return [
    ...errors,
    ...each(resourceRules, childPath(path, 'resourceRules'), (rule, item) => [
      ...(rule.verbs?.length ? [] : [required(childPath(item, 'verbs'), 'verbs must contain at least one value')]),
      ...(rule.apiGroups?.length ? [] : [required(childPath(item, 'apiGroups'), 'resource rules must supply at least one api group')]),
      ...(rule.resources?.length ? [] : [required(childPath(item, 'resources'), 'resource rules must supply at least one resource')]),
      ...(rule.clusterScope || rule.namespaces?.length
        ? []
        : [required(childPath(item, 'namespaces'), 'resource rules that are not cluster scoped must supply at least one namespace')]),
    ]),
  ];
};

export const validateFlowSchema = ({ metadata, spec }: FlowSchema): FieldError[] => {
  const path = 'spec.matchingPrecedence';
  const { matchingPrecedence: precedence = 0 } = spec;
  const errors: FieldError[] = [];
  if (precedence <= 0) errors.push(invalid(path, precedence, 'must be a positive value'));
  if (precedence > maxPrecedence) errors.push(invalid(path, precedence, `must not be greater than ${maxPrecedence}`));
  if (precedence === 1 && metadata.name !== 'exempt') {
    errors.push(invalid(path, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"));
  }
  const type = spec.distinguisherMethod?.type;
  if (spec.distinguisherMethod) errors.push(...oneOf(type, ['ByNamespace', 'ByUser'], 'spec.distinguisherMethod.type'));
  const level = spec.priorityLevelConfiguration?.name;
  const levelPath = 'spec.priorityLevelConfiguration.name';
  errors.push(...(level ? checked(isDns1123Subdomain, level, levelPath) : [required(levelPath, 'must reference a priority level')]));
  return [...errors, ...each(spec.rules, 'spec.rules', validateRules)];
};

export const validatePriorityLevel = ({ spec }: PriorityLevelConfiguration): FieldError[] => {
  const errors = oneOf(spec.type, ['Exempt', 'Limited'], 'spec.type');
  if (spec.type !== 'Limited') return errors;
  if (!spec.limited) return [...errors, required('spec.limited', 'must not be empty')];
  const { limitResponse, nominalConcurrencyShares, lendablePercent } = spec.limited;
  errors.push(...nonNegative(nominalConcurrencyShares, 'spec.limited.nominalConcurrencyShares'));
  if (lendablePercent !== undefined && (lendablePercent < 0 || lendablePercent > 100)) {
    errors.push(invalid('spec.limited.lendablePercent', lendablePercent, 'must be between 0 and 100, inclusive'));
  }
  errors.push(...oneOf(limitResponse?.type, ['Queue', 'Reject'], 'spec.limited.limitResponse.type'));
  if (limitResponse?.type === 'Queue' && !limitResponse.queuing) {
    errors.push(required('spec.limited.limitResponse.queuing', 'must not be empty if limited response is queuing'));
  }
  return errors;
};

import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import { duplicate, invalid, notSupported, required, tooLong, tooMany } from '../../apimachinery/validation/field-errors.ts';
import { isQualifiedName } from '../../apimachinery/validation/names.ts';
import { byteLength } from '../../apimachinery/validation/names.ts';
import { checked, each, nonNegative } from '../checks.ts';
import { countIndexes } from './indexes.ts';
import type { JobSpec, PodFailurePolicyRule, SuccessPolicyRule } from './types.gen.ts';

const maxRules = 20;
const maxExitCodes = 255;
const maxIndexesBytes = 64 * 1024;

/** An error that shows no value. */
const unfit = (field: string, detail: string): FieldError => ({ type: 'FieldValueInvalid', field, detail });

const listed = (values: readonly string[]): string => `valid values: [${values.map(goQuote).join(' ')}]`;

const choice = (value: string | undefined, values: readonly string[], path: string): FieldError[] => {
  if (!value) return [required(path, listed(values))];
  return values.includes(value) ? [] : [notSupported(path, value, values)];
};

const exitCodes = (requirement: NonNullable<PodFailurePolicyRule['onExitCodes']>, path: string, containers: ReadonlySet<string>) => {
  const { operator, containerName } = requirement;
  const values = requirement.values ?? [];
  const errors = choice(operator, ['In', 'NotIn'], `${path}.operator`);
  if (containerName !== undefined && !containers.has(containerName)) {
    errors.push(invalid(`${path}.containerName`, containerName, 'must be one of the container or initContainer names in the pod template'));
  }
  const at = `${path}.values`;
  if (values.length === 0) errors.push(invalid(at, null, 'at least one value is required'));
  else if (values.length > maxExitCodes) errors.push(tooMany(at, values.length, maxExitCodes));
  const isOrdered = values.every((value, index) => index === 0 || (values[index - 1] ?? 0) <= value);
  const seen = new Set<number>();
  errors.push(
    ...each(values, at, (value, item) => {
      const own: FieldError[] = [];
      if (operator === 'In' && value === 0) own.push(invalid(item, value, 'must not be 0 for the In operator'));
      if (seen.has(value)) own.push(duplicate(item, value));
      seen.add(value);
      return own;
    }),
  );
  return isOrdered ? errors : [...errors, invalid(at, values, 'must be ordered')];
};

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

const failureRule = (rule: PodFailurePolicyRule, path: string, spec: JobSpec, containers: ReadonlySet<string>): FieldError[] => {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  const errors: FieldError[] =
    action === 'FailIndex'
      ? spec.backoffLimitPerIndex === undefined
        ? [invalid(`${path}.action`, action, 'requires the backoffLimitPerIndex to be set')]
        : []
      : choice(action, actions, `${path}.action`);
  if (onExitCodes) errors.push(...exitCodes(onExitCodes, `${path}.onExitCodes`, containers));
  if (onPodConditions.length > maxRules) errors.push(tooMany(`${path}.onPodConditions`, onPodConditions.length, maxRules));
  errors.push(
    ...each(onPodConditions, `${path}.onPodConditions`, ({ type, status }, item) => [
      ...checked(isQualifiedName, type ?? '', `${item}.type`),
      ...choice(status, ['False', 'True', 'Unknown'], `${item}.status`),
    ]),
  );
  if (onExitCodes && onPodConditions.length > 0) {
    errors.push(unfit(path, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  }
  if (!onExitCodes && onPodConditions.length === 0) {
    errors.push(unfit(path, 'specifying one of OnExitCodes and OnPodConditions is required'));
  }
  return errors;
};

/** What a failed pod means for its Job (KEP-3329). */
export const validateFailurePolicy = (spec: JobSpec, path: string): FieldError[] => {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {};
  const names = new Set([...containers, ...initContainers].map(({ name }) => name));
  return [
    ...(rules.length > maxRules ? [tooMany(`${path}.rules`, rules.length, maxRules)] : []),
    ...each(rules, `${path}.rules`, (rule, item) => failureRule(rule, item, spec, names)),
  ];
};

const successRule = ({ succeededCount: count, succeededIndexes: indexes }: SuccessPolicyRule, path: string, completions: number) => {
  const errors: FieldError[] = [];
  const at = `${path}.succeededCount`;
  let total = 0;
  if (count === undefined && indexes === undefined) {
    errors.push(required(path, 'at least one of succeededCount or succeededIndexes must be specified'));
  }
  if (indexes !== undefined) {
    if (byteLength(indexes) > maxIndexesBytes) errors.push(tooLong(`${path}.succeededIndexes`, maxIndexesBytes));
    const parsed = countIndexes(indexes, completions);
    if (typeof parsed === 'number') total = parsed;
    else errors.push(invalid(`${path}.succeededIndexes`, indexes, `error parsing succeededIndexes: ${parsed.problem}`));
  }
  if (count === undefined) return errors;
  errors.push(...nonNegative(count, at));
  if (count > completions) {
    errors.push(invalid(at, count, `must be less than or equal to ${completions} (the number of specified completions)`));
  }
  if (indexes !== undefined && count > total) {
    errors.push(
      invalid(at, count, `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`),
    );
  }
  return errors;
};

/** When an Indexed Job has done enough (KEP-3998). */
export const validateSuccessPolicy = (spec: JobSpec, path: string): FieldError[] => {
  if (!spec.successPolicy) return [];
  const rules = spec.successPolicy.rules ?? [];
  if (spec.completionMode !== 'Indexed') {
    const shown = rules.map(({ succeededIndexes, succeededCount }) => ({
      SucceededIndexes: succeededIndexes ?? null,
      SucceededCount: succeededCount ?? null,
    }));
    return [invalid(path, { Rules: rules.length > 0 ? shown : null }, 'requires indexed completion mode')];
  }
  const at = `${path}.rules`;
  if (rules.length === 0) return [required(at, 'at least one rules must be specified when the successPolicy is specified')];
  return [
    ...(rules.length > maxRules ? [tooMany(at, rules.length, maxRules)] : []),
    ...each(rules, at, (rule, item) => successRule(rule, item, spec.completions ?? 0)),
  ];
};

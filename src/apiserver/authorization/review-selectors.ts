import { type FieldRequirement, parseFieldSelector } from '../../apimachinery/selectors/field-selector.ts';
import { labelRequirementError } from '../../apimachinery/selectors/label-requirement.ts';
import { parseLabelSelector } from '../../apimachinery/selectors/parse-label-selector.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { childPath, invalid, keyPath, required } from '../../apimachinery/validation/field-errors.ts';
import { validateLabelExpression, validateOperator } from '../../apimachinery/validation/label-selector-spec.ts';

interface Requirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

/** What an access review selects: authorization/v1 FieldSelectorAttributes and LabelSelectorAttributes (KEP-4601). */
export interface ReviewSelector {
  readonly rawSelector?: string;
  readonly requirements?: readonly Requirement[];
}

/** Newer clients may use operators that are not known here: those are not refused, but passed over. */
const lenient = { knownOnly: false };

const validateSelector = (
  { rawSelector = '', requirements = [] }: ReviewSelector,
  path: string,
  validate: (requirement: Requirement, path: string) => readonly FieldError[],
): FieldError[] => {
  const several = invalid(childPath(path, 'rawSelector'), rawSelector, 'may not specified at the same time as requirements');
  const none = required(childPath(path, 'requirements'), `when ${path} is specified, requirements or rawSelector is required`);
  return [
    ...(rawSelector !== '' && requirements.length > 0 ? [several] : []),
    ...(rawSelector === '' && requirements.length === 0 ? [none] : []),
    ...requirements.flatMap((requirement, i) => validate(requirement, keyPath(childPath(path, 'requirements'), i))),
  ];
};

export const validateFieldReviewSelector = (selector: ReviewSelector | undefined, path: string): FieldError[] =>
  selector
    ? validateSelector(selector, path, (requirement, at) => [
        ...(requirement.key ? [] : [required(childPath(at, 'key'), 'must be specified')]),
        ...validateOperator(requirement, at, lenient),
      ])
    : [];

export const validateLabelReviewSelector = (selector: ReviewSelector | undefined, path: string): FieldError[] =>
  selector ? validateSelector(selector, path, (requirement, at) => validateLabelExpression(requirement, at, lenient)) : [];

/** What could be read of a selector; the rest is passed over, which asks for more than was meant and so is safe. */
interface Read<T> {
  readonly requirements: readonly T[];
  readonly complete: boolean;
}

const readAll = <T>(requirements: readonly Requirement[], read: (requirement: Requirement) => T | undefined): Read<T> => {
  const known = requirements.map(read).filter((each) => each !== undefined);
  return { requirements: known, complete: known.length === requirements.length };
};

const readRaw = <T>(parse: () => readonly T[]): Read<T> => {
  try {
    return { requirements: parse(), complete: true };
  } catch {
    return { requirements: [], complete: false };
  }
};

/** In with one value is equality, as NotIn is inequality. */
const fieldRequirement = ({ key = '', operator, values = [] }: Requirement): FieldRequirement | undefined => {
  const [value] = values;
  if (value === undefined || values.length > 1 || (operator !== 'In' && operator !== 'NotIn')) return undefined;
  return { field: key, operator: operator === 'In' ? '=' : '!=', value };
};

export const readFieldSelector = ({ rawSelector, requirements = [] }: ReviewSelector = {}): Read<FieldRequirement> =>
  rawSelector ? readRaw(() => parseFieldSelector(rawSelector).requirements) : readAll(requirements, fieldRequirement);

const labelOperators = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' } as const;

const isSoundLabel = ({ key = '', operator = '', values = [] }: Requirement): true | undefined => {
  if (!Object.hasOwn(labelOperators, operator)) return undefined;
  const error = labelRequirementError({ key, operator: labelOperators[operator as keyof typeof labelOperators], values });
  return error === undefined ? true : undefined;
};

/** No authorizer here looks at labels: only whether the selector could be read. */
const readLabelSelector = ({ rawSelector, requirements = [] }: ReviewSelector = {}): Read<unknown> =>
  rawSelector ? readRaw(() => parseLabelSelector(rawSelector).requirements) : readAll(requirements, isSoundLabel);

const passedOver = (field: string, { requirements, complete }: Read<unknown>): string[] =>
  complete ? [] : [`spec.resourceAttributes.${field} ${requirements.length > 0 ? 'partially ' : ''}ignored due to parse error`];

/** What a review's status says of selectors that were not read whole. */
export const selectorProblems = (selectors: {
  readonly fieldSelector?: ReviewSelector | undefined;
  readonly labelSelector?: ReviewSelector | undefined;
}): string[] => [
  ...passedOver('fieldSelector', readFieldSelector(selectors.fieldSelector)),
  ...passedOver('labelSelector', readLabelSelector(selectors.labelSelector)),
];

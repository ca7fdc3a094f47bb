import { badRequest } from '../errors/api-errors.ts';
import { goQuote } from '../text/go-quote.ts';
import { formatRequirement, labelRequirementError, matchesRequirement, type LabelRequirement } from './label-requirement.ts';

/** A parsed label selector: all requirements hold. None selects everything, `nothing` selects nothing whatever they say. */
export interface LabelSelector {
  readonly requirements: readonly LabelRequirement[];
  readonly nothing?: boolean;
}

/** meta/v1 LabelSelector, as it stands in objects' specs. */
export interface LabelSelectorSpec {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

export const everything: LabelSelector = { requirements: [] };
export const nothing: LabelSelector = { requirements: [], nothing: true };

const expressionOperators: Record<string, LabelRequirement['operator']> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

/**
 * A selector from its object form: absent selects nothing, empty selects everything.
 * @throws {StatusError} BadRequest on an unknown operator, a bad key or bad values
 */
export function labelSelectorFromSpec(spec: LabelSelectorSpec | null | undefined): LabelSelector {
  if (!spec) return nothing;
  const requirements: LabelRequirement[] = Object.entries(spec.matchLabels ?? {}).map(([key, value]) => ({
    key,
    operator: '=',
    values: [value],
  }));
  for (const { key, operator, values } of spec.matchExpressions ?? []) {
    const known = expressionOperators[operator];
    if (known === undefined) throw badRequest(`${goQuote(operator)} is not a valid label selector operator`);
    requirements.push({ key, operator: known, values: (values ?? []).toSorted() });
  }
  for (const requirement of requirements) {
    const message = labelRequirementError(requirement);
    if (message !== undefined) throw badRequest(message);
  }
  return { requirements: requirements.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)) };
}

/** A selector for exactly these label values, unchecked. */
export const labelSelectorFromMap = (labels: Readonly<Record<string, string>>): LabelSelector => ({
  requirements: Object.keys(labels)
    .toSorted()
    .map((key) => ({ key, operator: '=', values: [labels[key] ?? ''] })),
});

const noLabels = {};

export const matchesLabels = (selector: LabelSelector, labels: Readonly<Record<string, string>> | undefined): boolean => {
  if (selector.nothing === true) return false;
  const actual = labels ?? noLabels;
  for (const requirement of selector.requirements) if (!matchesRequirement(requirement, actual)) return false;
  return true;
};

/** Selector syntax, parsed back to the same selector; `nothing` has no syntax and prints as ''. */
export const formatLabelSelector = (selector: LabelSelector): string => selector.requirements.map(formatRequirement).join(',');

import { aggregateMessages } from '../../../apimachinery/validation/format-field-error.ts';
import type { ObserveConditions } from '../../metrics/condition-measures.ts';
import type { PolicyError } from '../../metrics/policy-measures.ts';
import type { AdmissionOperation } from '../contract.ts';
import { evaluateConditions } from '../selection/conditions.ts';
import { BudgetError, evaluateExpressions, type Outcome, policyBudget } from '../selection/evaluate-expressions.ts';
import type { CelVariables } from '../selection/programs.ts';
import type { PolicySpec, Validation } from './policy.ts';

export interface Denial {
  readonly message: string;
  /** Empty when the expression failed rather than said no. */
  readonly reason: string;
  readonly error: PolicyError;
  /** Which of the policy's validations it is. */
  readonly index: number;
  /** How long the expression took. */
  readonly seconds: number;
}

/** What a policy thinks of a request. */
export interface Verdict {
  /** What the binding's validationActions are for. */
  readonly denials: readonly Denial[];
  /** For the audit log. */
  readonly annotations: readonly { readonly key: string; readonly value: string }[];
  /** Annotations that could not be computed, which refuse the request whatever the binding's validationActions are. */
  readonly failedAnnotations: readonly Denial[];
}

/** Hears how a policy's expressions were evaluated. */
export interface PolicyObserver {
  readonly operation: AdmissionOperation;
  readonly conditions: ObserveConditions;
  /** An expression failed, and the policy ignores failures. */
  readonly ignored: (error: PolicyError, seconds: number) => void;
}

const maxMessageBytes = 5 * 1024;
const maxAnnotationBytes = 10 * 1024;

/** A message that cannot be computed, or is none, gives way to the fixed one. */
const messageOf = ({ expression, message = '' }: Validation, computed: Outcome | undefined): string => {
  const text = computed?.failure === undefined && typeof computed?.value === 'string' ? computed.value.trim() : '';
  if (text !== '' && !text.includes('\n') && Buffer.byteLength(text) <= maxMessageBytes) return text;
  return message.trim() || `failed expression: ${expression.trim()}`;
};

const cut = (text: string): string => {
  const bytes = Buffer.from(text);
  return bytes.length > maxAnnotationBytes ? bytes.subarray(0, maxAnnotationBytes).toString() : text;
};

const none: Verdict = { denials: [], annotations: [], failedAnnotations: [] };

/** What a policy says, validation by validation. Failing expressions deny unless the policy ignores failures. */
export const evaluatePolicy = (spec: PolicySpec, given: CelVariables, observer: PolicyObserver): Verdict => {
  const { operation, conditions, ignored } = observer;
  const { variables, matchConditions = [], validations = [], auditAnnotations = [] } = spec;
  const failed = (message: string, error: PolicyError, at: { readonly index?: number; readonly seconds?: number } = {}): Denial[] => {
    const { index = 0, seconds = 0 } = at;
    if (spec.failurePolicy !== 'Ignore') return [{ message, reason: '', error, index, seconds }];
    ignored(error, seconds);
    return [];
  };
  const evaluate = (expressions: readonly string[], budget: number, variablesGiven = given) =>
    evaluateExpressions(expressions, variablesGiven, { variables, budget });
  // Messages and annotations are not told what the caller may do.
  const { authorizer: _authorizer, 'authorizer.requestResource': _resource, ...public_ } = given;

  const evaluateMessages = (left: number): BudgetError | readonly (Outcome | undefined)[] => {
    try {
      const expressions = validations.map(({ messageExpression = '' }) => messageExpression);
      return evaluate(expressions, left, public_).outcomes;
    } catch (error) {
      if (error instanceof BudgetError) return error;
      throw error;
    }
  };

  if (matchConditions.length > 0) {
    const outcome = evaluateConditions(matchConditions, given, { operation, observe: conditions, variables });
    if ('errors' in outcome) return { ...none, denials: failed(aggregateMessages(outcome.errors), 'invalid_error') };
    if (!outcome.matches) return none;
  }
  try {
    const { outcomes, left } = evaluate(
      validations.map(({ expression }) => expression),
      policyBudget,
    );
    const messages = evaluateMessages(left);
    const denials = validations.flatMap((validation, index): Denial[] => {
      const outcome = outcomes[index];
      const { seconds = 0 } = outcome ?? {};
      if (outcome?.failure !== undefined)
        return failed(outcome.failure, outcome.isUncompiled ? 'compile_error' : 'invalid_error', { index, seconds });
      if (messages instanceof BudgetError)
        return failed(`failed messageExpression: ${messages.message}`, 'out_of_budget', { index, seconds });
      if (outcome?.value === true) return [];
      const { reason = 'Invalid' } = validation;
      return [{ message: messageOf(validation, messages[index]), reason, error: 'invalid_error', index, seconds }];
    });
    const annotated = evaluate(
      auditAnnotations.map(({ valueExpression }) => valueExpression),
      policyBudget,
      public_,
    ).outcomes;
    return { denials, ...annotate(auditAnnotations, annotated, failed) };
  } catch (error) {
    if (error instanceof BudgetError) return { ...none, denials: failed(error.message, 'out_of_budget') };
    throw error;
  }
};

/** What a policy has to say in the audit log. */
const annotate = (
  auditAnnotations: NonNullable<PolicySpec['auditAnnotations']>,
  outcomes: readonly (Outcome | undefined)[],
  failed: (message: string, error: PolicyError, at: { readonly index: number; readonly seconds: number }) => Denial[],
): Pick<Verdict, 'annotations' | 'failedAnnotations'> => {
  const annotations: { key: string; value: string }[] = [];
  const failedAnnotations = auditAnnotations.flatMap(({ key }, index) => {
    const outcome = outcomes[index];
    if (!outcome) return [];
    const { seconds } = outcome;
    if (outcome.failure !== undefined)
      return failed(outcome.failure, outcome.isUncompiled ? 'compile_error' : 'invalid_error', { index, seconds });
    const value = typeof outcome.value === 'string' ? outcome.value.trim() : '';
    if (value !== '') annotations.push({ key, value: cut(value) });
    return [];
  });
  return { annotations, failedAnnotations };
};

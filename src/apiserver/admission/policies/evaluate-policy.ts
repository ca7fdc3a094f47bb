import { CompileError } from '../../../apimachinery/cel/source-error.ts';
import { EvaluationError, ObjectMap, type Value } from '../../../apimachinery/cel/values.ts';
import { type CelVariables, failure, evaluateConditions, program } from '../selection/conditions.ts';
import type { AdmissionOperation } from '../contract.ts';
import type { ObserveConditions } from '../../metrics/condition-measures.ts';
import type { PolicyError } from '../../metrics/policy-measures.ts';
import { aggregateMessages } from '../../../apimachinery/validation/format-field-error.ts';
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

/** Hears how a policy's expressions were evaluated. */
export interface PolicyObserver {
  readonly operation: AdmissionOperation;
  readonly conditions: ObserveConditions;
  /** An expression failed, and the policy ignores failures. */
  readonly ignored: (error: PolicyError, seconds: number) => void;
  /** An annotation for the audit log has a value. Undefined: nobody audits the request. */
  readonly annotated?: ((key: string, value: string) => void) | undefined;
}

/** The cost that all expressions of a policy share (KEP-3488). */
export const budget = 10_000_000;
const maxMessageBytes = 5 * 1024;
const maxAnnotationCharacters = 10 * 1024;

/** `variables`: each evaluated when first read. */
export const lazyVariables = (spec: Pick<PolicySpec, 'variables'>, variables: () => CelVariables): ObjectMap => {
  const known = new Map<string, Value>();
  const expressions = Object.fromEntries((spec.variables ?? []).map(({ name, expression }) => [name, expression]));
  return new ObjectMap(expressions, (name, expression) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    try {
      const value = program(String(expression)).evaluate(variables());
      known.set(name, value);
      return value;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new EvaluationError(`composited variable "${name}" fails to evaluate: ${message}`);
    }
  });
};

const messageOf = ({ expression, message = '', messageExpression }: Validation, variables: CelVariables): string => {
  if (messageExpression) {
    try {
      const value = program(messageExpression).evaluate(variables);
      const text = typeof value === 'string' ? value.trim() : '';
      if (text !== '' && !text.includes('\n') && Buffer.byteLength(text) <= maxMessageBytes) return text;
    } catch {
      // A message that cannot be computed gives way to the fixed one.
    }
  }
  return message.trim() || `failed expression: ${expression.trim()}`;
};

const overBudget = 'validation failed due to running out of cost budget, no further validation rules will be run';

/** Every validation that says no, in order. Failing expressions deny unless the policy ignores failures. */
export const evaluatePolicy = (spec: PolicySpec, given: CelVariables, observer: PolicyObserver): Denial[] => {
  const { operation, conditions, ignored, annotated } = observer;
  let index = 0;
  const failed = (message: string, error: PolicyError, seconds: number): Denial[] => {
    if (spec.failurePolicy !== 'Ignore') return [{ message, reason: '', error, index, seconds }];
    ignored(error, seconds);
    return [];
  };
  const variables: CelVariables = { ...given, variables: lazyVariables(spec, () => variables) };
  if (spec.matchConditions?.length) {
    const outcome = evaluateConditions(spec.matchConditions, variables, { operation, observe: conditions });
    if ('errors' in outcome) return failed(aggregateMessages(outcome.errors), 'invalid_error', 0);
    if (!outcome.matches) return [];
  }
  const denials: Denial[] = [];
  let left = budget;
  for (const [position, validation] of (spec.validations ?? []).entries()) {
    index = position;
    const began = performance.now();
    const seconds = (): number => (performance.now() - began) / 1000;
    try {
      const value = program(validation.expression).evaluate(variables, {
        onCost: (cost) => {
          left -= cost;
        },
      });
      if (value !== true)
        denials.push({
          message: messageOf(validation, variables),
          reason: validation.reason ?? 'Invalid',
          error: 'invalid_error',
          index,
          seconds: seconds(),
        });
      if (left < 0) denials.push(...failed(overBudget, 'out_of_budget', seconds()));
    } catch (error) {
      const kind = error instanceof CompileError ? 'compile_error' : 'invalid_error';
      denials.push(...failed(failure(validation.expression, error), kind, seconds()));
    }
    if (left < 0) break;
  }
  if (annotated) denials.push(...annotate(spec, variables, { annotated, failed }));
  return denials;
};

/** What a policy has to say in the audit log. An expression that fails denies as a validation does. */
const annotate = (
  { auditAnnotations = [] }: PolicySpec,
  variables: CelVariables,
  {
    annotated,
    failed,
  }: {
    readonly annotated: (key: string, value: string) => void;
    readonly failed: (message: string, error: PolicyError, seconds: number) => Denial[];
  },
): Denial[] =>
  auditAnnotations.flatMap(({ key, valueExpression }) => {
    try {
      const value = program(valueExpression).evaluate(variables);
      const text = typeof value === 'string' ? value.trim() : '';
      if (text !== '') annotated(key, text.slice(0, maxAnnotationCharacters));
      return [];
    } catch (error) {
      return failed(failure(valueExpression, error), error instanceof CompileError ? 'compile_error' : 'invalid_error', 0);
    }
  });

import type { FieldError } from '../validation/field-error.ts';
import { invalid, notSupported, required } from '../validation/field-errors.ts';
import { resolveFieldPath } from './field-path.ts';
import type { JsonSchema, ValidationRule } from './json-schema.ts';

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

/** The form of x-kubernetes-validations at one place; whether the expressions compile is CEL's to say. */
export const checkRuleDeclarations = (schema: JsonSchema, path: string): FieldError[] =>
  (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) => [
    ...checkTexts(rule, `${path}.x-kubernetes-validations[${index}]`),
    ...checkTarget(rule, schema, `${path}.x-kubernetes-validations[${index}]`),
  ]);

const hasNewline = (text: string): boolean => /[\n\r]/.test(text);

const checkTexts = ({ rule, message = '', messageExpression = '', reason }: ValidationRule, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  const trimmed = message.trim();
  if (rule.trim() === '') errors.push(required(`${path}.rule`, 'rule is not specified'));
  else if (message !== '' && trimmed === '') errors.push(invalid(`${path}.message`, message, 'must be non-empty if specified'));
  else if (hasNewline(trimmed)) errors.push(invalid(`${path}.message`, message, 'must not contain line breaks'));
  else if (hasNewline(rule.trim()) && trimmed === '') {
    errors.push(required(`${path}.message`, 'message must be specified if rule contains line breaks'));
  }
  if (messageExpression !== '' && messageExpression.trim() === '') {
    errors.push(required(`${path}.messageExpression`, 'messageExpression must be non-empty if specified'));
  }
  if (reason !== undefined && !reasons.includes(reason)) errors.push(notSupported(`${path}.reason`, reason, reasons));
  return errors;
};

const checkTarget = ({ fieldPath = '' }: ValidationRule, schema: JsonSchema, path: string): FieldError[] => {
  if (fieldPath === '') return [];
  const field = `${path}.fieldPath`;
  const errors: FieldError[] = [];
  if (fieldPath.trim() === '') errors.push(invalid(field, fieldPath, 'must be non-empty if specified'));
  if (hasNewline(fieldPath)) errors.push(invalid(field, fieldPath, 'must not contain line breaks'));
  if ('error' in resolveFieldPath(fieldPath, schema)) errors.push(invalid(field, fieldPath, 'must be a valid path'));
  return errors;
};

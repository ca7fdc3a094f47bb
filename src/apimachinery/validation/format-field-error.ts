import { goJson, goQuote } from '../text/go-quote.ts';
import type { FieldError, FieldErrorType } from './field-error.ts';

const titles: Record<FieldErrorType, string> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueTypeInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
};

/** Types whose message never shows the value. */
const withoutValue: ReadonlySet<FieldErrorType> = new Set([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
  'InternalError',
]);

/** Longer values are told in part: a message is for people. */
const maxValueCharacters = 16_384;
const cut = (text: string): string => (text.length > maxValueCharacters ? `${text.slice(0, maxValueCharacters)}...` : text);

const formatValue = (value: unknown): string => {
  if (typeof value === 'string') return goQuote(cut(value));
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return cut(goJson(value));
};

/** The message without the path: `Invalid value: -1: must be greater than or equal to 0`. An error without `badValue` shows none. */
export const formatFieldErrorBody = (error: FieldError): string => {
  const title = titles[error.type];
  const value = withoutValue.has(error.type) || !('badValue' in error) ? title : `${title}: ${formatValue(error.badValue)}`;
  return error.detail === '' ? value : `${value}: ${error.detail}`;
};

/** `spec.replicas: Invalid value: -1: must be greater than or equal to 0`; the root prints as `<nil>`. */
export const formatFieldError = (error: FieldError): string =>
  `${error.field === '' ? '<nil>' : cut(error.field)}: ${formatFieldErrorBody(error)}`;

/** Several messages as one, as an aggregate prints: alone as it is, more than one in brackets, repeated ones once. */
export const aggregateMessages = (messages: readonly string[]): string => {
  const distinct = [...new Set(messages)];
  return distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`;
};

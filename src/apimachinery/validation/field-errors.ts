import { goQuote } from '../text/go-quote.ts';
import type { FieldError } from './field-error.ts';

/** `parent.name`; the parent may be '' for the root. */
export const childPath = (parent: string, name: string): string => (parent === '' ? name : `${parent}.${name}`);

/** `parent[0]`, or `parent[key]` for a map entry. */
export const keyPath = (parent: string, key: string | number): string => `${parent}[${key}]`;

export const required = (field: string, detail = ''): FieldError => ({ type: 'FieldValueRequired', field, detail });

export const invalid = (field: string, badValue: unknown, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  badValue,
  detail,
});

/** The value has the wrong type altogether. */
export const typeInvalid = (field: string, badValue: unknown, detail: string): FieldError => ({
  type: 'FieldValueTypeInvalid',
  field,
  badValue,
  detail,
});

/** `supported` is listed in the given order; the original sorts it where it comes from a set. */
export const notSupported = (field: string, badValue: unknown, supported: readonly string[]): FieldError => ({
  type: 'FieldValueNotSupported',
  field,
  badValue,
  detail: supported.length > 0 ? `supported values: ${supported.map(goQuote).join(', ')}` : '',
});

export const duplicate = (field: string, badValue: unknown): FieldError => ({ type: 'FieldValueDuplicate', field, badValue, detail: '' });

export const forbiddenField = (field: string, detail: string): FieldError => ({ type: 'FieldValueForbidden', field, detail });

/** The referred-to thing does not exist. */
export const fieldNotFound = (field: string, badValue: unknown): FieldError => ({
  type: 'FieldValueNotFound',
  field,
  badValue,
  detail: '',
});

export const tooLong = (field: string, maxBytes: number): FieldError => ({
  type: 'FieldValueTooLong',
  field,
  detail: `may not be more than ${maxBytes} ${maxBytes === 1 ? 'byte' : 'bytes'}`,
});

export const tooMany = (field: string, actual: number, maxItems: number): FieldError => ({
  type: 'FieldValueTooMany',
  field,
  badValue: actual,
  detail: maxItems < 0 ? 'has too many items' : `must have at most ${maxItems} ${maxItems === 1 ? 'item' : 'items'}`,
});

export const internalFieldError = (field: string, detail: string): FieldError => ({ type: 'InternalError', field, detail });

/** A changed value of a field that may not change. */
export const immutable = (field: string, badValue: unknown): FieldError => invalid(field, badValue, 'field is immutable');

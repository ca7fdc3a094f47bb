import { invalidObject } from '../../apimachinery/errors/api-errors.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';

/** What a patch made of an object is none of its kind: 422 with what was looked at. */
export const unfit = (shown: string, message: string): Error =>
  invalidObject({ group: '', kind: '' }, '', [invalid('patch', shown, message)]);

/** How custom resources can be patched. */
export const customPatches = ['application/json-patch+json', 'application/merge-patch+json', 'application/apply-patch+yaml'];

/** What a built-in kind answers to a patch of a type that is none. */
export const unsupportedPatch = (): StatusError => new StatusError('UnsupportedMediaType', '415: Unsupported Media Type', { details: {} });

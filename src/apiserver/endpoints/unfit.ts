import { invalidObject } from '../../apimachinery/errors/api-errors.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';

/** What a patch made of an object is none of its kind: 422 with what was looked at. */
export const unfit = (shown: string, message: string): Error =>
  invalidObject({ group: '', kind: '' }, '', [invalid('patch', shown, message)]);

import { badRequest, invalidObject } from '../../apimachinery/errors/api-errors.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, notSupported } from '../../apimachinery/validation/field-errors.ts';
import type { Revision } from '../../storage/contract.ts';
import { queryInteger } from '../http/query-number.ts';
import { decodeContinueToken, type ContinueToken } from './continue-token.ts';
import { parseResourceVersion } from './resource-version.ts';

/** The query of a list or watch, checked. */
export interface ListQuery {
  readonly limit: number | undefined;
  readonly token: ContinueToken | undefined;
  readonly resourceVersion: string;
  /** As a number; undefined for ''. */
  readonly revision: Revision | undefined;
  readonly match: '' | 'Exact' | 'NotOlderThan';
  readonly sendInitialEvents: boolean | undefined;
  readonly allowBookmarks: boolean;
  readonly timeoutSeconds: number | undefined;
}

export const parseBoolean = (text: string | null): boolean | undefined => {
  if (text === null) return undefined;
  return !(text === '0' || text.toLowerCase() === 'false');
};

const matchErrors = (query: URLSearchParams, isWatch: boolean): FieldError[] => {
  const match = query.get('resourceVersionMatch') ?? '';
  const version = query.get('resourceVersion') ?? '';
  const sendInitialEvents = parseBoolean(query.get('sendInitialEvents'));
  const refuse = (field: string, detail: string): FieldError[] => [forbiddenField(field, detail)];
  if (sendInitialEvents !== undefined && isWatch) {
    if (match !== 'NotOlderThan') {
      const needed = refuse('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
      return match === '' ? needed : [...needed, notSupported('resourceVersionMatch', match, ['NotOlderThan'])];
    }
    return query.get('continue') ? refuse('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided') : [];
  }
  const withContinue = query.get('continue')
    ? refuse('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided')
    : [];
  // A watch from nowhere begins with what is there, as if asked for that.
  if (match === '' && isWatch) return version === '' || version === '0' ? withContinue : [];
  const unasked = sendInitialEvents === undefined ? [] : refuse('sendInitialEvents', 'sendInitialEvents is forbidden for list');
  if (match === '') return unasked;
  if (isWatch) {
    const misplaced = refuse('resourceVersionMatch', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
    return match === 'NotOlderThan' ? misplaced : [...misplaced, notSupported('resourceVersionMatch', match, ['NotOlderThan'])];
  }
  const isKnown = match === 'Exact' || match === 'NotOlderThan';
  return [
    ...(version === '' ? refuse('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided') : []),
    ...withContinue,
    ...(isKnown ? [] : [notSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', ''])]),
    ...(match === 'Exact' && version === '0'
      ? refuse('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')
      : []),
    ...unasked,
  ];
};

/** @throws StatusError Invalid or BadRequest in the original's words */
export const parseListQuery = (query: URLSearchParams, { isWatch }: { readonly isWatch: boolean }): ListQuery => {
  // Numbers are read before anything is looked at.
  const timeoutSeconds = queryInteger(query, 'timeoutSeconds');
  const limit = queryInteger(query, 'limit');
  const errors = matchErrors(query, isWatch);
  if (errors.length > 0) throw invalidObject({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
  const resourceVersion = query.get('resourceVersion') ?? '';
  const given = query.get('continue') || undefined;
  const token = given === undefined || isWatch ? undefined : decodeContinueToken(given);
  if (token !== undefined && resourceVersion !== '' && resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  return {
    limit: limit !== undefined && limit > 0 ? limit : undefined,
    token,
    resourceVersion,
    revision: parseResourceVersion(resourceVersion, { of: isWatch ? 'watch' : 'list' }),
    match: (query.get('resourceVersionMatch') ?? '') as ListQuery['match'],
    sendInitialEvents: parseBoolean(query.get('sendInitialEvents')),
    allowBookmarks: parseBoolean(query.get('allowWatchBookmarks')) ?? false,
    timeoutSeconds,
  };
};

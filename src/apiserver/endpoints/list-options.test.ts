import { expect, test } from 'vitest';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import { parseListQuery } from './list-options.ts';

const problemOf = (query: string, isWatch = false): string => {
  try {
    parseListQuery(new URLSearchParams(query), { isWatch });
    return '';
  } catch (error) {
    if (error instanceof StatusError) return error.message;
    throw error;
  }
};

const invalid = (problems: string): string => `ListOptions.meta.k8s.io "" is invalid: ${problems}`;
const eventsOfList = 'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list';

test.each<[string, string]>([
  ['sendInitialEvents=true', invalid(eventsOfList)],
  [
    'resourceVersionMatch=NotOlderThan&sendInitialEvents=true',
    invalid(`[resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided, ${eventsOfList}]`),
  ],
  [
    'resourceVersion=0&resourceVersionMatch=Exact&sendInitialEvents=true',
    invalid(`[resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0", ${eventsOfList}]`),
  ],
  [
    'continue=bad&resourceVersion=5',
    "invalid continue token: continue key is not valid: invalid character 'm' looking for beginning of value",
  ],
])('%s of a list', (query, message) => {
  expect(problemOf(query)).toBe(message);
});

test('a continue token that makes sense does not go with a version', () => {
  const token = Buffer.from('{"v":"meta.k8s.io/v1","rv":5,"start":"a\\u0000"}').toString('base64url');
  expect(problemOf(`continue=${token}&resourceVersion=5`)).toBe('specifying resource version is not allowed when using continue');
  expect(problemOf(`continue=${token}&resourceVersion=5`, true)).toBe('');
});

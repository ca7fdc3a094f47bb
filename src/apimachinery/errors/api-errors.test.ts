import { expect, test } from 'vitest';
import { duplicate, fieldNotFound, invalid, notSupported, required, tooLong, tooMany, typeInvalid } from '../validation/field-errors.ts';
import { formatFieldError } from '../validation/format-field-error.ts';
import * as errors from './api-errors.ts';
import { authorizationDenied, pathDenied } from './authorization-denied.ts';
import type { StatusError } from './status-error.ts';

const deployments = { group: 'apps', resource: 'deployments' };
const pods = { group: '', resource: 'pods' };

test.each<[StatusError, number, string, string]>([
  [errors.notFound(deployments, 'x'), 404, 'NotFound', 'deployments.apps "x" not found'],
  [errors.alreadyExists(pods, 'x'), 409, 'AlreadyExists', 'pods "x" already exists'],
  [
    errors.conflict(deployments, 'x'),
    409,
    'Conflict',
    'Operation cannot be fulfilled on deployments.apps "x": the object has been modified; please apply your changes to the latest version and try again',
  ],
  [errors.forbidden(pods, 'x', 'no'), 403, 'Forbidden', 'pods "x" is forbidden: no'],
  [errors.methodNotSupported(pods, 'patch'), 405, 'MethodNotAllowed', 'patch is not supported on resources of kind "pods"'],
  [errors.tooOldResourceVersion(5n, 17n), 410, 'Expired', 'too old resource version: 5 (17)'],
  [errors.tooLargeResourceVersion(99n, 17n), 504, 'Timeout', 'Timeout: Too large resource version: 99, current: 17'],
  [errors.bodyTooLarge(3145728), 413, 'RequestEntityTooLarge', 'Request entity too large: limit is 3145728'],
  [errors.internalError('boom'), 500, 'InternalError', 'Internal error occurred: boom'],
  [
    authorizationDenied({ user: 'u', verb: 'list', group: '', resource: 'pods', namespace: 'y', reason: 'why' }),
    403,
    'Forbidden',
    'pods is forbidden: User "u" cannot list resource "pods" in API group "" in the namespace "y": why',
  ],
  [
    authorizationDenied({ user: 'u', verb: 'update', group: 'apps', resource: 'deployments', subresource: 'scale', name: 'd' }),
    403,
    'Forbidden',
    'deployments.apps "d" is forbidden: User "u" cannot update resource "deployments/scale" in API group "apps" at the cluster scope',
  ],
  [pathDenied('u', { verb: 'get', path: '/metrics' }), 403, 'Forbidden', 'forbidden: User "u" cannot get path "/metrics"'],
])('%s', (error, code, reason, message) => {
  expect(error.toStatus()).toMatchObject({ kind: 'Status', status: 'Failure', code, reason, message });
});

test('field errors become causes and one message', () => {
  const error = errors.invalidObject({ group: 'apps', kind: 'Deployment' }, 'x', [
    invalid('spec.replicas', -1, 'must be greater than or equal to 0'),
    required('spec.selector'),
    required('spec.selector'),
  ]);
  expect(error.message).toBe(
    'Deployment.apps "x" is invalid: [spec.replicas: Invalid value: -1: must be greater than or equal to 0, spec.selector: Required value]',
  );
  expect(error.details).toEqual({
    name: 'x',
    group: 'apps',
    kind: 'Deployment',
    causes: [
      { reason: 'FieldValueInvalid', message: 'Invalid value: -1: must be greater than or equal to 0', field: 'spec.replicas' },
      { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.selector' },
      { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.selector' },
    ],
  });
  expect(errors.invalidObject({ group: '', kind: 'Pod' }, 'x', [required('spec')]).message).toBe(
    'Pod "x" is invalid: spec: Required value',
  );
});

test.each([
  [notSupported('a', 'x', ['b', 'c']), 'a: Unsupported value: "x": supported values: "b", "c"'],
  [duplicate('a[1]', { n: '<' }), 'a[1]: Duplicate value: {"n":"\\u003c"}'],
  [fieldNotFound('a', 'x'), 'a: Not found: "x"'],
  [tooLong('a', 1), 'a: Too long: may not be more than 1 byte'],
  [tooMany('a', 3, 2), 'a: Too many: 3: must have at most 2 items'],
  [typeInvalid('a', 'x\u0007é', 'must be an integer'), 'a: Invalid value: "x\\aé": must be an integer'],
  [invalid('', null, 'no'), '<nil>: Invalid value: null: no'],
])('%j prints as %s', (error, message) => {
  expect(formatFieldError(error)).toBe(message);
});

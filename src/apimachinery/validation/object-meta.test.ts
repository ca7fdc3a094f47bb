import { expect, test } from 'vitest';
import type { ObjectMeta } from '../meta/object.ts';
import { formatFieldError } from './format-field-error.ts';
import { isDns1123Subdomain } from './names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import { validatePatchOptions, validateWriteOptions } from './request-options.ts';

const rules = { namespaced: true, nameCheck: isDns1123Subdomain };
const good: Partial<ObjectMeta> = { name: 'a', namespace: 'default' };

test.each<[string, Partial<ObjectMeta>, string[]]>([
  ['a good one', good, []],
  ['no name', { namespace: 'default' }, ['metadata.name: Required value: name or generateName is required']],
  ['no namespace', { name: 'a' }, ['metadata.namespace: Required value']],
  ['a negative generation', { ...good, generation: -1 }, ['metadata.generation: Invalid value: -1: must be greater than or equal to 0']],
  [
    'both finalizers of deletion',
    { ...good, finalizers: ['orphan', 'foregroundDeletion'] },
    ['metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set'],
  ],
  [
    'too many annotations',
    { ...good, annotations: { a: 'x'.repeat(256 * 1024) } },
    ['metadata.annotations: Too long: may not be more than 262144 bytes'],
  ],
  [
    'an owner without anything',
    { ...good, ownerReferences: [{ apiVersion: '', kind: '', name: '', uid: '' }] },
    [
      'metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
      'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
      'metadata.ownerReferences.name: Invalid value: "": must not be empty',
      'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
    ],
  ],
  [
    'a managed fields entry without operation',
    { ...good, managedFields: [{ manager: 'm' }] },
    ['metadata.managedFields[0].operation: Invalid value: "": must be `Apply` or `Update`'],
  ],
])('%s', (_name, meta, messages) => {
  expect(validateObjectMeta(meta, rules).map(formatFieldError)).toEqual(messages);
});

test('cluster-scoped objects have no namespace', () => {
  const errors = validateObjectMeta(good, { ...rules, namespaced: false });
  expect(errors.map(formatFieldError)).toEqual(['metadata.namespace: Forbidden: not allowed on this type']);
});

test('two controllers are one too many', () => {
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'u', controller: true };
  const [error] = validateObjectMeta({ ...good, ownerReferences: [owner, { ...owner, name: 'b' }] }, rules);
  expect(error?.detail).toBe('Only one reference can have Controller set to true. Found "true" in references for Pod/a and Pod/b');
});

const stored: Partial<ObjectMeta> = { ...good, uid: 'u', resourceVersion: '5', creationTimestamp: '2026-01-01T00:00:00Z', generation: 2 };

test.each<[string, Partial<ObjectMeta>, Partial<ObjectMeta>, string[]]>([
  ['nothing changed', stored, stored, []],
  ['another uid', { ...stored, uid: 'v' }, stored, ['metadata.uid: Invalid value: "v": field is immutable']],
  [
    'no version',
    { ...stored, resourceVersion: '' },
    stored,
    ['metadata.resourceVersion: Invalid value: "": must be specified for an update'],
  ],
  ['an older generation', { ...stored, generation: 1 }, stored, ['metadata.generation: Invalid value: 1: must not be decremented']],
  [
    'deleted by hand',
    { ...stored, deletionTimestamp: '2026-01-02T00:00:00Z' },
    stored,
    ['metadata.deletionTimestamp: Invalid value: "2026-01-02T00:00:00Z": field is immutable'],
  ],
  [
    'a new finalizer while terminating',
    { ...stored, deletionTimestamp: 'x', finalizers: ['a.example/b', 'a.example/a'] },
    { ...stored, deletionTimestamp: 'x' },
    [
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a.example/a", "a.example/b"}',
    ],
  ],
])('update: %s', (_name, next, old, messages) => {
  expect(validateObjectMetaUpdate(next, old).map(formatFieldError)).toEqual(messages);
});

test('parameters of writes', () => {
  expect(validateWriteOptions({ fieldValidation: 'Frob', dryRun: ['x'], fieldManager: 'a\n' }).map(formatFieldError)).toEqual([
    'fieldManager: Invalid value: "a\\n": invalid character U+000A (at position 1)',
    'dryRun: Unsupported value: ["x"]: supported values: "All"',
    'fieldValidation: Unsupported value: "Frob": supported values: "", "Ignore", "Strict", "Warn"',
  ]);
  expect(validatePatchOptions({}, true).map(formatFieldError)).toEqual(['fieldManager: Required value: is required for apply patch']);
  expect(validatePatchOptions({ force: true }, false).map(formatFieldError)).toEqual([
    'force: Forbidden: may not be specified for non-apply patch',
  ]);
});

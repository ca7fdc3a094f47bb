import { expect, test } from 'vitest';
import { decideNames } from './accepted-names.ts';
import { setCondition } from './conditions.ts';
import { decideStatus } from './controller.ts';
import type { DefinitionStatus, StoredDefinition } from './definition-object.ts';

const names = {
  plural: 'widgets',
  singular: 'widget',
  kind: 'Widget',
  listKind: 'WidgetList',
  shortNames: ['wd', 'w'],
  categories: ['all'],
};

test('names that nobody has are accepted', () => {
  expect(decideNames(names, {}, [{ plural: 'gadgets', kind: 'Gadget' }])).toEqual({
    accepted: names,
    condition: { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
  });
});

test.each([
  ['PluralConflict', { singular: 'widgets' }, '"widgets" is already in use', { plural: undefined }],
  ['SingularConflict', { shortNames: ['widget'] }, '"widget" is already in use', { singular: undefined }],
  ['ShortNamesConflict', { shortNames: ['wd', 'w'] }, '["wd" is already in use, "w" is already in use]', { shortNames: undefined }],
  ['KindConflict', { kind: 'Widget' }, '"Widget" is already in use', { kind: undefined }],
  ['ListKindConflict', { kind: 'WidgetList' }, '"WidgetList" is already in use', { listKind: undefined }],
])('%s', (reason, other, message, accepted) => {
  const decision = decideNames(names, {}, [other]);
  expect(decision.condition).toEqual({ type: 'NamesAccepted', status: 'False', reason, message });
  expect(decision.accepted).toEqual({ ...names, ...accepted });
});

test('what was accepted before stays, whoever else wants it', () => {
  expect(decideNames(names, names, [names]).condition.status).toBe('True');
  const renamed = decideNames({ ...names, kind: 'Gizmo' }, names, [{ kind: 'Gizmo' }]);
  expect(renamed.accepted.kind).toBe('Widget');
});

test('a definition that was established once stays so', () => {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.k8s.io', annotations: { 'api-approved.kubernetes.io': 'https://example.com/1' } },
    spec: { group: 'example.k8s.io', names, scope: 'Namespaced', versions: [] },
  } as StoredDefinition;
  const first = decideStatus(definition, [], '2026-01-01T00:00:00Z');
  expect(first.conditions?.map(({ type, status, message }) => [type, status, message])).toEqual([
    ['NamesAccepted', 'True', 'no conflicts found'],
    ['Established', 'True', 'the initial names have been accepted'],
    ['KubernetesAPIApprovalPolicyConformant', 'True', 'approved in https://example.com/1'],
  ]);
  const spec = { ...definition.spec, names: { ...names, shortNames: ['taken'] } };
  const later = decideStatus({ ...definition, spec, status: first }, [{ shortNames: ['taken'] }], '2026-01-02T00:00:00Z');
  expect(later.conditions?.map(({ type, status, lastTransitionTime }) => [type, status, lastTransitionTime])).toEqual([
    ['NamesAccepted', 'False', '2026-01-02T00:00:00Z'],
    ['Established', 'True', '2026-01-01T00:00:00Z'],
    ['KubernetesAPIApprovalPolicyConformant', 'True', '2026-01-01T00:00:00Z'],
  ]);
});

test('the transition time changes with the status only', () => {
  const status: DefinitionStatus = {};
  setCondition(status, { type: 'A', status: 'True', message: 'one' }, 'first');
  setCondition(status, { type: 'A', status: 'True', message: 'two' }, 'second');
  expect(status.conditions).toEqual([{ type: 'A', status: 'True', lastTransitionTime: 'first', message: 'two' }]);
});

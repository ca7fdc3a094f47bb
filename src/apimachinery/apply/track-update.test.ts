import { expect, test } from 'vitest';
import type { JsonObject, ManagedFieldsEntry } from '../meta/object.ts';
import { sameButTimes } from './same-but-times.ts';
import { toParentManagers, toScaleManagers } from './scale-managers.ts';
import { allFields, excludeFields } from './field-filters.ts';
import { apply, owners, update, widget, widgetSchema } from './testing/widget.ts';
import { trackUpdate } from './track-update.ts';

const metadataOf = (object: JsonObject): JsonObject => object['metadata'] as JsonObject;
const withManagers = (object: JsonObject, managedFields: JsonObject[]): JsonObject => ({
  ...object,
  metadata: { ...metadataOf(object), managedFields },
});

test('a create owns what it sets, but neither identity nor status', () => {
  const created = widget({ size: 1 }, { metadata: { name: 'w', uid: 'u', labels: { a: 'b' } }, status: { phase: 'x' } });
  expect(owners(update('c', created, { live: undefined }))).toEqual({
    'c Update': { 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } }, 'f:spec': { '.': {}, 'f:size': {} } },
  });
});

test('[{}] forgets all managers, and nothing is tracked until the next apply', () => {
  const live = update('c', widget({ size: 1 }), { live: undefined });
  const reset = update('d', withManagers(live, [{}]), { live });
  expect(metadataOf(reset)['managedFields']).toBeUndefined();
  const later = update('d', { ...reset, spec: { size: 2 } }, { live: reset });
  expect(metadataOf(later)['managedFields']).toBeUndefined();
});

test('malformed managers in a request are ignored', () => {
  const live = update('c', widget({ size: 1 }), { live: undefined });
  const next = update('d', withManagers(live, [{ manager: 'x', operation: 'Frob' }]), { live });
  expect(owners(next)).toEqual(owners(live));
});

test('an unnamed manager is unknown', () => {
  expect(Object.keys(owners(update('', widget({ size: 1 }), { live: undefined })))).toEqual(['unknown Update']);
});

test('of more than ten updaters the oldest are merged', () => {
  let live: JsonObject = update('m00', widget({ map: { k00: '' } }), { live: undefined, time: '2026-01-01T00:00:00Z' });
  for (let i = 1; i < 14; i++) {
    const name = String(i).padStart(2, '0');
    const map = { ...((live['spec'] as JsonObject)['map'] as JsonObject), [`k${name}`]: '' };
    live = update(`m${name}`, { ...live, spec: { map } }, { live, time: `2026-01-01T00:00:${name}Z` });
  }
  expect(Object.keys(owners(live))).toEqual(
    ['ancient-changes', 'm05', 'm06', 'm07', 'm08', 'm09', 'm10', 'm11', 'm12', 'm13'].map((m) => `${m} Update`),
  );
  expect(owners(live)['ancient-changes Update']).toEqual({
    'f:spec': { '.': {}, 'f:map': { '.': {}, 'f:k00': {}, 'f:k01': {}, 'f:k02': {}, 'f:k03': {}, 'f:k04': {} } },
  });
});

test('managers of other versions are compared in their own version', () => {
  const schema = (properties: JsonObject) =>
    ({ root: { type: 'object', properties: { spec: { type: 'object', properties } } }, resolve: () => ({}) }) as never;
  const [one, two] = [
    schema({ old: { type: 'string' }, same: { type: 'string' } }),
    schema({ new: { type: 'string' }, same: { type: 'string' } }),
  ];
  const convert = (object: JsonObject, apiVersion: string): JsonObject => {
    const { old, new: renamed, ...spec } = (object['spec'] ?? {}) as JsonObject;
    const value = old ?? renamed;
    const field = apiVersion === 'g/v1' ? 'old' : 'new';
    return { ...object, apiVersion, spec: { ...spec, ...(value === undefined ? {} : { [field]: value }) } };
  };
  const kind = { schema: (version: string) => ({ 'g/v1': one, 'g/v2': two })[version], convert };
  const entry: ManagedFieldsEntry = {
    manager: 'm',
    operation: 'Update',
    apiVersion: 'g/v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:spec': { 'f:old': {}, 'f:same': {} } },
  };
  const gone = { ...entry, manager: 'gone', apiVersion: 'g/v0' };
  const old = {
    apiVersion: 'g/v2',
    kind: 'K',
    metadata: { managedFields: [entry, gone] as unknown as JsonObject[] },
    spec: { new: 'a', same: 's' },
  };
  const next = { ...old, spec: { new: 'b', same: 's' } };
  const managers = trackUpdate({ manager: 'n', apiVersion: 'g/v2', subresource: '', time: '2026-01-01T00:00:00Z', kind, old, new: next });
  expect(managers?.map(({ manager, apiVersion, fieldsV1 }) => [manager, apiVersion, fieldsV1])).toEqual([
    ['m', 'g/v1', { 'f:spec': { 'f:same': {} } }],
    ['n', 'g/v2', { 'f:spec': { 'f:new': {} } }],
  ]);
});

test('without a conversion the same fields are in every version', () => {
  const schema = {
    root: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } },
    resolve: () => ({}),
  };
  const entry = {
    manager: 'm',
    operation: 'Update' as const,
    apiVersion: 'g/v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:spec': { 'f:size': {} } },
  };
  const old = { apiVersion: 'g/v2', kind: 'K', metadata: { managedFields: [entry] as unknown as JsonObject[] }, spec: { size: 1 } };
  const context = { manager: 'n', apiVersion: 'g/v2', subresource: '', time: '2026-01-01T00:00:00Z', kind: { schema: () => schema } };
  const kept = trackUpdate({ ...context, old, new: { ...old, metadata: { labels: { a: 'b' } } } });
  expect(kept?.map(({ manager }) => manager)).toEqual(['m', 'n']);
  const taken = trackUpdate({ ...context, old, new: { ...old, metadata: {}, spec: { size: 2 } } });
  expect(taken?.map(({ manager }) => manager)).toEqual(['n']);
});

test('a write that changes nothing but times of managers is none', () => {
  const stored = apply('a', widget({ size: 1 }), { live: undefined, time: '2026-01-01T00:00:00Z' }).object;
  const later = apply('a', widget({ size: 1 }), { live: undefined, time: '2026-02-01T00:00:00Z' }).object;
  expect(sameButTimes(later, stored)).toBe(true);
  expect(sameButTimes({ ...later, spec: { size: 2 } }, stored)).toBe(false);
  expect(sameButTimes(later, { ...stored, spec: { size: 1, map: {} } })).toBe(false);
});

test('ownership of replicas goes through Scale and back', () => {
  const entry = (manager: string, fieldsV1: JsonObject): ManagedFieldsEntry => ({
    manager,
    operation: 'Update',
    apiVersion: 'apps/v1',
    fieldsType: 'FieldsV1',
    fieldsV1,
  });
  const parent = [entry('a', { 'f:spec': { 'f:paused': {}, 'f:replicas': {} } }), entry('b', { 'f:spec': { 'f:replicas': {} } })];
  const paths = { 'apps/v1': ['spec', 'replicas'] };
  const scale = toScaleManagers(parent, paths);
  expect(scale?.map(({ manager, apiVersion }) => [manager, apiVersion])).toEqual([
    ['a', 'autoscaling/v1'],
    ['b', 'autoscaling/v1'],
  ]);
  const after = [{ ...entry('hpa', { 'f:spec': { 'f:replicas': {} } }), apiVersion: 'autoscaling/v1', subresource: 'scale' }];
  const result = toParentManagers(parent, after, { paths, apiVersion: 'apps/v1' });
  expect(result?.map(({ manager, apiVersion, fieldsV1, subresource }) => [manager, apiVersion, subresource, fieldsV1])).toEqual([
    ['a', 'apps/v1', undefined, { 'f:spec': { 'f:paused': {} } }],
    ['hpa', 'apps/v1', 'scale', { 'f:spec': { 'f:replicas': {} } }],
  ]);
});

test('what a request may not own counts in its own version: managers of another lose it', () => {
  const schema = widgetSchema;
  const kind = { schema: () => schema, filtersOwnVersion: true };
  const write = (apiVersion: string, manager: string, objects: { old: JsonObject | undefined; new: JsonObject }, filter = allFields) =>
    trackUpdate({ manager, apiVersion, subresource: '', time: '2026-01-01T00:00:00Z', kind, filter, ...objects });
  const first = widget({ size: 1 }, { status: { phase: 'x' } });
  const live = withManagers(first, write('x.example/v1', 'a', { old: undefined, new: first }) as unknown as JsonObject[]);
  const second = { ...live, apiVersion: 'x.example/v2', status: { phase: 'y' } };
  const old = { ...live, apiVersion: 'x.example/v2' };
  const managers = write('x.example/v2', 'b', { old, new: second }, excludeFields(['status']));
  expect(managers).toMatchObject([{ manager: 'a', fieldsV1: { 'f:spec': { '.': {}, 'f:size': {} } } }]);
  expect(managers?.[0]?.fieldsV1).not.toHaveProperty('f:status.f:phase');
});

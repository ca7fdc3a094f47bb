import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../meta/object.ts';
import { lastAppliedAnnotation } from './last-applied.ts';
import { apiVersion, apply, owners, update, widget } from './testing/widget.ts';

const specOf = (object: JsonObject): unknown => object['spec'];

test('creating by apply gives every field to the applier', () => {
  const { object, changed } = apply('a', widget({ size: 1, items: [{ host: 'h' }], set: ['x'], atomic: { a: '1' } }), { live: undefined });
  expect(changed).toBe(true);
  expect(owners(object)).toEqual({
    'a Apply': {
      'f:spec': {
        'f:atomic': {},
        'f:items': { 'k:{"host":"h","port":80}': { '.': {}, 'f:host': {} } },
        'f:set': { 'v:"x"': {} },
        'f:size': {},
      },
    },
  });
});

test.each<[string, JsonObject, JsonObject, JsonObject]>([
  ['maps merge', { map: { a: '1' } }, { map: { b: '2' } }, { map: { a: '1', b: '2' } }],
  ['sets merge, in the order of the configuration', { set: ['a', 'b'] }, { set: ['c', 'a'] }, { set: ['c', 'a', 'b'] }],
  [
    'items merge by all keys and their defaults',
    { items: [{ host: 'h', weight: 1 }] },
    {
      items: [
        { host: 'h', port: 80 },
        { host: 'h', port: 81 },
      ],
    },
    {
      items: [
        { host: 'h', weight: 1, port: 80 },
        { host: 'h', port: 81 },
      ],
    },
  ],
  ['lists without a type are replaced', { plain: ['a', 'b'] }, { plain: ['c'] }, { plain: ['c'] }],
  ['atomic maps are replaced', { atomic: { a: '1' } }, { atomic: { b: '2' } }, { atomic: { b: '2' } }],
  ['unknown fields merge key by key', { open: { x: { y: 1 } } }, { open: { x: { z: [2] } } }, { open: { x: { y: 1, z: [2] } } }],
])('%s', (_name, first, second, expected) => {
  const live = apply('a', widget(first), { live: undefined }).object;
  expect(specOf(apply('b', widget(second), { live, force: true }).object)).toEqual(expected);
});

test('what is no longer applied and owned by nobody else goes away', () => {
  const one = apply('a', widget({ size: 1, map: { x: '1', y: '2' }, items: [{ host: 'h', weight: 3 }], set: ['p', 'q'] }), {
    live: undefined,
  }).object;
  const two = apply('b', widget({ map: { y: '2' }, set: ['q'] }), { live: one }).object;
  const three = apply('a', widget({ size: 1 }), { live: two }).object;
  expect(specOf(three)).toEqual({ size: 1, map: { y: '2' }, set: ['q'] });
  expect(owners(three)).toEqual({
    'a Apply': { 'f:spec': { 'f:size': {} } },
    'b Apply': { 'f:spec': { 'f:map': { 'f:y': {} }, 'f:set': { 'v:"q"': {} } } },
  });
});

test('applying nothing removes everything but what others own', () => {
  const one = apply('a', widget({ size: 1, map: { x: '1' } }), { live: undefined }).object;
  const updated = update('u', { ...one, spec: { size: 1, map: { x: '1', z: '3' } } }, { live: one });
  const two = apply('a', widget(undefined), { live: updated }).object;
  expect(specOf(two)).toEqual({ map: { z: '3' } });
  expect(owners(two)).toEqual({ 'u Update': { 'f:spec': { 'f:map': { 'f:z': {} } } } });
});

test('one conflict', () => {
  const live = update('kubectl-edit', widget({ size: 1 }), { live: undefined });
  const refused = (): unknown => apply('a', widget({ size: 2 }), { live });
  expect(refused).toThrow(
    expect.objectContaining({
      reason: 'Conflict',
      code: 409,
      message: `Apply failed with 1 conflict: conflict with "kubectl-edit" using ${apiVersion}: .spec.size`,
      details: {
        causes: [{ reason: 'FieldManagerConflict', message: `conflict with "kubectl-edit" using ${apiVersion}`, field: '.spec.size' }],
      },
    }),
  );
});

test('several conflicts are listed by manager', () => {
  const one = apply('b', widget({ size: 1, plain: ['x'] }), { live: undefined }).object;
  const live = update('u', { ...one, spec: { size: 1, plain: ['x'], map: { k: 'v' } } }, { live: one });
  expect(() => apply('a', widget({ size: 2, plain: ['y'], map: { k: 'w' } }), { live })).toThrow(
    `Apply failed with 3 conflicts: conflicts with "b":\n- .spec.plain\n- .spec.size\nconflicts with "u" using ${apiVersion}:\n- .spec.map.k`,
  );
});

test('force takes the fields over, the same value is shared', () => {
  const live = apply('b', widget({ size: 1, map: { k: 'v' } }), { live: undefined }).object;
  const forced = apply('a', widget({ size: 2, map: { k: 'v' } }), { live, force: true }).object;
  expect(owners(forced)).toEqual({
    'a Apply': { 'f:spec': { 'f:map': { 'f:k': {} }, 'f:size': {} } },
    'b Apply': { 'f:spec': { 'f:map': { 'f:k': {} } } },
  });
});

test('an update takes over without asking and loses what others then change', () => {
  const one = apply('a', widget({ size: 1, map: { k: 'v' } }), { live: undefined }).object;
  const two = update('u', { ...one, spec: { size: 2, map: { k: 'v' } } }, { live: one });
  expect(owners(two)).toEqual({ 'a Apply': { 'f:spec': { 'f:map': { 'f:k': {} } } }, 'u Update': { 'f:spec': { 'f:size': {} } } });
  const three = update('v', { ...two, spec: { map: { k: 'v' } } }, { live: two });
  expect(owners(three)).toEqual({ 'a Apply': { 'f:spec': { 'f:map': { 'f:k': {} } } } });
});

test('a no-op changes neither object nor time', () => {
  const live = apply('a', widget({ size: 1 }), { live: undefined, time: '2026-01-01T00:00:00Z' }).object;
  const again = apply('a', widget({ size: 1 }), { live, time: '2026-01-02T00:00:00Z' });
  expect(again.changed).toBe(false);
  expect(again.object).toEqual(live);
});

test('an object without managers gets one for what was there before', () => {
  const live = widget({ size: 1, plain: ['x'] });
  const { object } = apply('a', widget({ size: 1 }), { live });
  expect(owners(object)).toEqual({
    'a Apply': { 'f:spec': { 'f:size': {} } },
    'before-first-apply Update': { 'f:spec': { '.': {}, 'f:plain': {}, 'f:size': {} } },
  });
});

test('kubectl takes over what it applied client-side, and keeps the annotation current', () => {
  const annotations = { [lastAppliedAnnotation]: JSON.stringify(widget({ size: 1 })) };
  const created = widget({ size: 1 }, { metadata: { name: 'w', namespace: 'default', annotations } });
  const live = update('kubectl-client-side-apply', created, { live: undefined });
  const { object } = apply('kubectl', widget({ size: 2 }), { live });
  const recorded = ((object['metadata'] as JsonObject)['annotations'] as JsonObject)[lastAppliedAnnotation];
  expect(recorded).toBe(`{"apiVersion":"${apiVersion}","kind":"Widget","metadata":{"name":"w","namespace":"default"},"spec":{"size":2}}\n`);
  expect(() => apply('other', widget({ size: 2 }), { live })).toThrow(/1 conflict/);
});

test.each<[string, JsonObject, string]>([
  [
    'another version',
    { ...widget({}), apiVersion: 'x.example/v2' },
    'Incorrect version specified in apply patch. Specified patch version: x.example/v2, expected: x.example/v1',
  ],
  ['managed fields', { ...widget({}), metadata: { name: 'w', managedFields: [] } }, 'metadata.managedFields must be nil'],
  [
    'an unknown field',
    widget({ sise: 1 }),
    'failed to create typed patch object (default/w; x.example/v1, Kind=Widget): .spec.sise: field not declared in schema',
  ],
  [
    'a wrong type',
    widget({ size: 'x' }),
    'failed to create typed patch object (default/w; x.example/v1, Kind=Widget): .spec.size: expected numeric (int or float), got string',
  ],
  [
    'duplicates in a set',
    widget({ set: ['a', 'a'] }),
    'failed to create typed patch object (default/w; x.example/v1, Kind=Widget): .spec.set: duplicate entries for key [="a"]',
  ],
  [
    'duplicate items',
    widget({ items: [{ host: 'h' }, { host: 'h', port: 80 }] }),
    'failed to create typed patch object (default/w; x.example/v1, Kind=Widget): .spec.items: duplicate entries for key [host="h",port=80]',
  ],
  [
    'an item that is null',
    widget({ items: [null] }),
    'failed to create typed patch object (default/w; x.example/v1, Kind=Widget): .spec.items: element 0: associative list with keys may not have a null element',
  ],
])('%s is refused', (_name, patch, message) => {
  expect(() => apply('a', patch, { live: undefined })).toThrow(expect.objectContaining({ reason: 'BadRequest', message }));
});

const specs = fc.record(
  {
    size: fc.nat(2),
    set: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
    plain: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
    items: fc.uniqueArray(fc.record({ host: fc.constantFrom('g', 'h'), port: fc.constantFrom(80, 81), weight: fc.nat(2) }), {
      selector: ({ host, port }) => `${host}:${port}`,
    }),
    map: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('1', '2')),
    open: fc.dictionary(fc.constantFrom('a', 'b'), fc.oneof(fc.nat(2), fc.dictionary(fc.constantFrom('x', 'y'), fc.nat(2)))),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

test('applying the same again settles', () => {
  fc.assert(
    fc.property(specs, specs, specs, (first, second, third) => {
      const one = apply('a', widget(first), { live: undefined }).object;
      const two = apply('b', widget(second), { live: one, force: true }).object;
      const three = apply('a', widget(third), { live: two, force: true });
      // An empty list in place of owned items first removes them, and is itself written by the next apply.
      const settled = apply('a', widget(third), { live: three.object });
      const again = apply('a', widget(third), { live: settled.object });
      expect(again.changed).toBe(false);
      expect(again.managedFields).toEqual(settled.managedFields);
      expect(settled.managedFields).toEqual(three.managedFields);
    }),
  );
});

test('force never leaves two owners of different values', () => {
  fc.assert(
    fc.property(specs, specs, (first, second) => {
      const one = apply('a', widget(first), { live: undefined }).object;
      const two = apply('b', widget(second), { live: one, force: true }).object;
      // Whoever applies what is there meets no conflict.
      expect(() => apply('c', widget(two['spec'] as JsonObject | undefined), { live: two })).not.toThrow();
    }),
  );
});

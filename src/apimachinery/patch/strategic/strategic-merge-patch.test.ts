import { expect, test } from 'vitest';
import type { JsonObject } from '../../meta/object.ts';
import type { SchemaSource } from '../../schema/json-schema.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';
import { StrategicPatchError } from './strategic-patch-error.ts';

const container = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    image: { type: 'string' },
    args: { type: 'array', items: { type: 'string' } },
    env: { type: 'object', additionalProperties: { type: 'string' } },
  },
};
const schema: SchemaSource = {
  root: {
    type: 'object',
    properties: {
      list: {
        type: 'array',
        items: { allOf: [{ $ref: '#/components/schemas/Container' }], default: {} },
        'x-kubernetes-patch-strategy': 'merge,retainKeys',
        'x-kubernetes-patch-merge-key': 'name',
      },
      finalizers: { type: 'array', items: { type: 'string' }, 'x-kubernetes-patch-strategy': 'merge' },
      atomic: { type: 'array', items: { type: 'string' } },
      replaced: { type: 'object', 'x-kubernetes-patch-strategy': 'replace', properties: {} },
      strategy: { allOf: [{ $ref: '#/components/schemas/Container' }], 'x-kubernetes-patch-strategy': 'retainKeys' },
      inner: {
        type: 'object',
        properties: {
          ports: { type: 'array', items: container, 'x-kubernetes-patch-strategy': 'merge', 'x-kubernetes-patch-merge-key': 'name' },
        },
      },
    },
  },
  resolve: () => container,
};

const named = (...names: string[]): JsonObject[] => names.map((name) => ({ name }));

test.each<[string, JsonObject, JsonObject, JsonObject]>([
  [
    'items merge by key',
    { list: [{ name: 'a', image: '1', args: ['x'] }] },
    { list: [{ name: 'a', image: '2' }] },
    { list: [{ name: 'a', image: '2', args: ['x'] }] },
  ],
  [
    'lists without a strategy are replaced',
    { atomic: ['a'], list: [{ name: 'a', args: ['x', 'y'] }] },
    { atomic: ['b'], list: [{ name: 'a', args: ['z'] }] },
    { atomic: ['b'], list: [{ name: 'a', args: ['z'] }] },
  ],
  ['new items come first without an order', { list: named('a', 'b') }, { list: named('c') }, { list: named('c', 'a', 'b') }],
  [
    'named items keep the live order around them',
    { list: named('a', 'b', 'c') },
    { list: [{ name: 'b', image: 'x' }] },
    { list: [{ name: 'a' }, { name: 'b', image: 'x' }, { name: 'c' }] },
  ],
  [
    'setElementOrder orders',
    { list: named('a', 'b', 'c') },
    { '$setElementOrder/list': named('c', 'a'), list: [{ name: 'a', image: 'x' }] },
    { list: [{ name: 'b' }, { name: 'c' }, { name: 'a', image: 'x' }] },
  ],
  [
    'setElementOrder alone',
    { finalizers: ['a', 'b', 'c'] },
    { '$setElementOrder/finalizers': ['c', 'b', 'a'] },
    { finalizers: ['c', 'b', 'a'] },
  ],
  [
    'setElementOrder keeps what the server added',
    { finalizers: ['x', 'a', 'b'] },
    { '$setElementOrder/finalizers': ['a', 'b', 'c'], finalizers: ['c'] },
    { finalizers: ['x', 'a', 'b', 'c'] },
  ],
  [
    'setElementOrder with a new list',
    {},
    { '$setElementOrder/finalizers': ['b', 'a'], finalizers: ['b', 'a'] },
    { finalizers: ['b', 'a'] },
  ],
  ['delete an item', { list: named('a', 'b') }, { list: [{ name: 'a', $patch: 'delete' }] }, { list: named('b') }],
  ['delete an absent item', { list: named('b') }, { list: [{ name: 'a', $patch: 'delete' }] }, { list: named('b') }],
  ['delete in a list that is absent', {}, { list: [{ name: 'a', $patch: 'delete' }, { name: 'b' }] }, { list: named('b') }],
  ['replace a list', { list: named('a', 'b') }, { list: [{ $patch: 'replace' }, { name: 'c' }] }, { list: named('c') }],
  [
    'replace an item',
    { list: [{ name: 'a', image: 'x', env: { l: 'w' } }] },
    { list: [{ name: 'a', env: { $patch: 'replace', k: 'v' } }] },
    { list: [{ name: 'a', image: 'x', env: { k: 'v' } }] },
  ],
  ['replace a map', { inner: { a: 1, b: 2 } }, { inner: { $patch: 'replace', c: 3 } }, { inner: { c: 3 } }],
  ['delete a map', { inner: { a: 1 }, x: 1 }, { inner: { $patch: 'delete' } }, { inner: {}, x: 1 }],
  ['a map whose strategy is replace', { replaced: { a: 1 } }, { replaced: { b: 2 } }, { replaced: { b: 2 } }],
  ['null deletes', { inner: { a: 1 }, x: 1 }, { inner: null, y: null }, { x: 1 }],
  ['nulls in what is new are dropped', {}, { inner: { a: null, b: 1 } }, { inner: { b: 1 } }],
  [
    'retainKeys clears the rest',
    { strategy: { name: 'a', image: 'b' } },
    { strategy: { $retainKeys: ['name'], name: 'c' } },
    { strategy: { name: 'c' } },
  ],
  [
    'retainKeys in a new map, where it is a field as any other',
    {},
    { strategy: { $retainKeys: ['name'], name: 'c' } },
    { strategy: { $retainKeys: ['name'], name: 'c' } },
  ],
  [
    'a new map with a directive is none',
    {},
    { inner: { b: { $patch: 'replace', c: 1 }, d: [{ $patch: 'x' }, null] } },
    { inner: { d: [null] } },
  ],
  [
    'what replaces is taken as it is said',
    { atomic: ['a'], inner: { ports: [{ name: 'a' }] }, replaced: {} },
    { atomic: [{ $patch: 'x', b: null }], inner: { $patch: 'replace', b: null }, replaced: { c: null } },
    { atomic: [{ $patch: 'x', b: null }], inner: { b: null }, replaced: { c: null } },
  ],
  [
    'a new item of a merging list is taken as it is said',
    { list: named('b') },
    { list: [{ name: 'a', image: null, env: { $patch: 'delete' } }] },
    { list: [{ name: 'a', image: null, env: { $patch: 'delete' } }, { name: 'b' }] },
  ],
  [
    'null where something else is to be deleted from a list',
    { finalizers: ['a'], x: 1 },
    { '$deleteFromPrimitiveList/finalizers': null, '$deleteFromPrimitiveList/x': ['a'] },
    { x: 1 },
  ],
  [
    'retainKeys in an item',
    { list: [{ name: 'a', image: 'x', args: ['y'] }] },
    { list: [{ name: 'a', $retainKeys: ['name', 'image'], image: 'z' }] },
    { list: [{ name: 'a', image: 'z' }] },
  ],
  ['primitives merge as a set', { finalizers: ['a', 'b'] }, { finalizers: ['b', 'c'] }, { finalizers: ['a', 'b', 'c'] }],
  [
    'delete from a primitive list',
    { finalizers: ['a', 'b', 'c'] },
    { '$deleteFromPrimitiveList/finalizers': ['a', 'x'] },
    { finalizers: ['b', 'c'] },
  ],
  [
    'delete from and add to a primitive list',
    { finalizers: ['a', 'b'] },
    { '$deleteFromPrimitiveList/finalizers': ['a'], finalizers: ['c'] },
    { finalizers: ['c', 'b'] },
  ],
  [
    'nested merging lists',
    { inner: { ports: [{ name: 'a', image: '1' }] } },
    { inner: { ports: [{ name: 'a', args: ['x'] }] } },
    { inner: { ports: [{ name: 'a', image: '1', args: ['x'] }] } },
  ],
  ['types that differ are replaced', { inner: 5 }, { inner: { a: 1 } }, { inner: { a: 1 } }],
])('%s', (_name, original, patch, expected) => {
  const before = structuredClone({ original, patch });
  const merged = applyStrategicMergePatch(original, patch, schema);
  expect(merged).toEqual(expected);
  expect({ original, patch }).toEqual(before);
});

test.each<[JsonObject, JsonObject, string]>([
  [{ list: named('a') }, { list: [{ image: 'x' }] }, 'map: map[image:x] does not contain declared merge key: name'],
  [{ list: named('a') }, { list: [{ $patch: 'delete' }] }, 'map: map[$patch:delete] does not contain declared merge key: name'],
  [{ list: named('a') }, { list: [{ name: 'a', $patch: 'frob' }] }, 'unknown patch type: frob in map: map[$patch:frob name:a]'],
  [{ inner: {} }, { inner: { $patch: 'frob' } }, 'unknown patch type: frob in map: map[$patch:frob]'],
  [{ list: named('a') }, { list: [{ name: 'a', $patch: 'merge' }] }, 'merging lists cannot yet be specified in the patch'],
  [{ list: named('a') }, { list: [5] }, 'list element types are not identical: [[map[name:a]] [5]]'],
  [{ strategy: {} }, { strategy: { $retainKeys: 'name' } }, 'invalid patch format of retainKeys'],
  [{ strategy: {} }, { strategy: { $retainKeys: ['image'], name: 'a' } }, 'invalid patch format of retainKeys'],
  [{ finalizers: ['a'] }, { finalizers: [1] }, 'list element types are not identical: [[a] [1]]'],
  [{}, { '$setElementOrder/finalizers': [], finalizers: null }, 'expected a []interface {}, but received a %!s(<nil>)'],
  [{ list: named('a') }, { '$setElementOrder/list': named('a'), list: ['x'] }, 'expected a map[string]interface {}, but received a string'],
  [
    { list: named('a') },
    { list: [{ name: 'a', '$setElementOrder/y': [] }] },
    'unable to find api field in struct Container for the json field "y"',
  ],
  [
    { list: [{ name: 'a', env: {} }] },
    { list: [{ name: 'a', env: { '$setElementOrder/y': [] } }] },
    'merging an object in json but data type is not struct, instead is: map',
  ],
  [{}, { '$setElementOrder/finalizers': 'x' }, 'expected a []interface {}, but received a string'],
  [
    { finalizers: ['a'] },
    { '$setElementOrder/finalizers': ['b'], finalizers: ['a', 'b'] },
    "The order in patch list:\n[a b]\n doesn't match $setElementOrder list:\n[b]\n",
  ],
])('%j with %j is refused', (original, patch, message) => {
  const run = (): unknown => applyStrategicMergePatch(original, patch, schema);
  expect(run).toThrow(StrategicPatchError);
  expect(run).toThrow(message);
});

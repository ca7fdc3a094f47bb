import { expect, test } from 'vitest';
import type { KindDefinition } from '../../api/kind-definition.ts';
import { cellOf } from './cell.ts';
import { compileJsonPath } from '../../apimachinery/schema/json-path.ts';
import { parseIncludeObject, toTable } from './table.ts';

const object = {
  apiVersion: 'example.com/v1',
  kind: 'Col',
  metadata: { name: 'x', resourceVersion: '7', labels: { 'a.b/c': 'hello' }, creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: {
    items: [
      { kind: 'a', size: 1 },
      { kind: 'b', size: 2 },
    ],
    map: { b: 1, a: ['x'] },
    list: [1, 'two'],
    num: 5,
    str: 's',
    nul: null,
  },
};

test.each<[string, readonly unknown[]]>([
  ['.spec.items[*].kind', ['a', 'b']],
  ['{.spec.items[*].kind}', ['a', 'b']],
  ['.spec.items[?(@.kind=="b")].size', [2]],
  ["$.spec.items[?(@.kind=='b')].size", [2]],
  ['.spec.items[?(@.size>1)].kind', ['b']],
  ['.spec.items[?(@.size)].kind', ['a', 'b']],
  ['.spec.items[?( @.kind != "b" )].kind', ['a']],
  ['.spec.list[-1]', ['two']],
  ['.spec.list[0:1]', [1]],
  ['.metadata.labels.a\\.b/c', ['hello']],
  ["['metadata'].labels['a\\.b/c']", ['hello']],
  ['.spec..kind', ['a', 'b']],
  ['.spec.*.a', [['x']]],
  ['.spec.nope.deeper', []],
  ['.spec.nul', [null]],
  ['.spec.constructor', []],
])('%s', (path, found) => {
  expect(compileJsonPath(path)(object)).toEqual(found);
});

test.each(['.a[', '.a[x]', '.a[?(=="b")]'])('%s is refused', (path) => {
  expect(() => compileJsonPath(path)).toThrow();
});

const now = new Date('2026-01-01T00:05:00Z');

test.each<[string, unknown, unknown]>([
  ['string', { b: 1, a: ['x'] }, '{"a":["x"],"b":1}'],
  ['string', 5, '5'],
  ['string', true, 'true'],
  ['string', null, null],
  ['integer', 's', null],
  ['integer', 2.75, 2],
  ['number', 2.75, 2.75],
  ['boolean', true, true],
  ['date', '2026-01-01T00:00:00Z', '5m'],
  ['date', 'yesterday', '<invalid>'],
])('a %s cell of %j', (type, value, cell) => {
  expect(cellOf(type, value, now)).toEqual(cell);
});

const definition = { columns: [] as KindDefinition['columns'] } as KindDefinition;

test('a kind without columns shows name and age', () => {
  const table = toTable(definition, [object], { includeObject: 'Metadata', now, metadata: { resourceVersion: '9' } });
  expect(table).toMatchObject({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: '9' },
    columnDefinitions: [
      { name: 'Name', format: 'name' },
      { name: 'Age', type: 'date', format: '' },
    ],
    rows: [{ cells: ['x', '5m'], object: { kind: 'PartialObjectMetadata', metadata: { name: 'x' } } }],
  });
});

test('rows carry what was asked for, later watch events no columns', () => {
  const none = toTable(definition, [object], { includeObject: 'None', now, metadata: {}, withColumns: false });
  expect(none.columnDefinitions).toBeNull();
  expect(none.rows?.[0]?.object).toBeNull();
  expect(toTable(definition, [object], { includeObject: 'Object', now, metadata: {} }).rows?.[0]?.object).toBe(object);
  expect(parseIncludeObject(null)).toBe('Metadata');
  expect(() => parseIncludeObject('All')).toThrow('includeObject: Invalid value: "All": must be');
});

test('built-in kinds bring their own cells', () => {
  const own = { ...definition, columns: [{ name: 'Size', type: 'integer', priority: 0 }], cells: () => [2] };
  expect(toTable(own, [object], { includeObject: 'None', now, metadata: {} }).rows?.[0]?.cells).toEqual([2]);
});

test('a column whose path cannot be read ends the table', () => {
  const column = (name: string, jsonPath: string) => ({ name, type: 'string', priority: 0, jsonPath });
  const broken = { ...definition, columns: [column('Name', '.metadata.name'), column('Bad', ".spec['a"), column('Kind', '.kind')] };
  const table = toTable(broken, [object], { includeObject: 'None', now, metadata: {} });
  expect(table.columnDefinitions?.map(({ name }) => name)).toEqual(['Name']);
  expect(table.rows?.[0]?.cells).toEqual(['x']);
});

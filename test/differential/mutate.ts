import { deepClone } from '../../src/apimachinery/clone/deep-clone.ts';
import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import type { SchemaNode } from '../../src/apimachinery/schema/schema-node.ts';

/** One odd value at one place of an object: `apply` changes any object that has the place, so each server's own copy can be changed. */
export interface Mutation {
  readonly path: string;
  readonly value: Json | undefined;
  readonly apply: (object: JsonObject) => JsonObject;
}

type Place = readonly (string | number)[];

const show = (place: Place): string => place.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');

const change = (place: Place, value: Json | undefined): Mutation => ({
  path: show(place),
  value,
  apply: (object) => {
    const copy = deepClone(object);
    let parent = copy as unknown as Record<string | number, Json>;
    for (const key of place.slice(0, -1)) parent = (parent[key] ??= {}) as unknown as Record<string | number, Json>;
    const last = place.at(-1) ?? '';
    if (value !== undefined) parent[last] = deepClone(value);
    else if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete parent[last];
    return copy;
  },
});

const quantities = ['0', '-1', '1', '1500m', '3.7', '1Ti', '1e3'];
const integers = [0, -1, 1, 7, 101, 65_536, 2_000_000_000];
const texts = ['', 'x', 'Bad_Value!', 'a b', 'A', '-a', 'a.b', '/x', '../a', 'a/b', 'x'.repeat(64), 'x'.repeat(300)];

const isQuantity = (node: SchemaNode): boolean => node.definition?.endsWith('.Quantity') ?? false;
const isTime = (node: SchemaNode): boolean => (node.definition?.endsWith('Time') ?? false) || node.schema.format === 'date-time';
const isNumberOrText = (node: SchemaNode): boolean => node.definition?.endsWith('.IntOrString') ?? false;

/** Odd values of a place that is no object. */
const scalars = (node: SchemaNode): Json[] => {
  if (isQuantity(node)) return quantities;
  if (isTime(node)) return [node.definition?.endsWith('MicroTime') ? '2020-01-01T00:00:00.000000Z' : '2020-01-01T00:00:00Z'];
  if (isNumberOrText(node)) return [0, -1, 5, 70_000, '', '5', '50%', '150%', '-5%', 'abc', 'a_b!'];
  const { type, enum: choices, format } = node.schema;
  if (choices) return ['', 'Other', ...choices];
  if (format === 'byte') return ['', 'YQ=='];
  if (type === 'integer' || type === 'number') return integers;
  if (type === 'boolean') return [true, false];
  return type === 'string' ? texts : [];
};

/** The least value that satisfies a schema, near enough to be refused for its contents rather than its shape. */
const sample = (node: SchemaNode, depth = 0): Json => {
  if (isQuantity(node)) return '1';
  if (isTime(node)) return scalars(node)[0] ?? '';
  if (isNumberOrText(node)) return 1;
  const { type, properties, required = [], enum: choices } = node.schema;
  if (choices) return choices[0] ?? '';
  if (type === 'integer' || type === 'number') return 1;
  if (type === 'boolean') return true;
  if (type === 'string') return node.schema.format === 'byte' ? 'YQ==' : 'x';
  if (type === 'array') return node.items && depth < 4 ? [sample(node.items, depth + 1)] : [];
  if (properties && depth < 4) {
    const present = required.length > 0 ? required : [];
    return Object.fromEntries(
      present.flatMap((name) => {
        const child = node.property(name);
        return child ? [[name, sample(child, depth + 1)]] : [];
      }),
    );
  }
  return node.additional ? { x: sample(node.additional, depth + 1) } : {};
};

/** Values of a place that the seed leaves out, the members of an absent object one at a time. */
const absentValues = (node: SchemaNode, depth: number): Json[] => {
  const found = scalars(node);
  if (found.length > 0) return found;
  if (node.schema.type === 'array') {
    const inner = node.items && depth > 0 ? absentValues(node.items, depth - 1) : [];
    const one = node.items ? sample(node.items) : {};
    return [[], [one], [one, one], ...inner.map((value) => [value])];
  }
  if (node.additional)
    return [
      {},
      { x: sample(node.additional) },
      { 'a b': sample(node.additional) },
      ...scalars(node.additional).map((value) => ({ x: value })),
    ];
  const whole = sample(node) as JsonObject;
  if (depth <= 0 || !node.schema.properties) return [{}, whole];
  const members = Object.keys(node.schema.properties).flatMap((name) => {
    const child = node.property(name);
    return child ? absentValues(child, depth - 1).map((value) => ({ ...whole, [name]: value })) : [];
  });
  return [{}, whole, ...members];
};

/** Values that have nothing to do with the schema: wrong types, numbers beyond their limits, fields that nobody knows. */
const strangers: readonly Json[] = [null, 'x', 1, 1.5, -1e100, 2 ** 60, true, [], [null], ['x', 'x'], {}, { unknown: 1 }];

/** The same places as `mutations`, filled with what does not belong there. */
export function* misfits(value: Json | undefined, place: Place = []): Generator<Mutation> {
  if (place.length > 0) for (const stranger of strangers) yield change(place, stranger);
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield change([...place, 'unknownField'], 'x');
  for (const [key, item] of Object.entries(value)) {
    const name = Array.isArray(value) ? Number(key) : key;
    if (!(place.length === 0 && ['apiVersion', 'kind', 'metadata'].includes(key))) yield* misfits(item, [...place, name]);
  }
}

/** Every odd value of every place of `value`, as its schema knows the places. */
export function* mutations(node: SchemaNode, value: Json | undefined, place: Place = [], depth = 2): Generator<Mutation> {
  if (value === undefined) {
    for (const odd of absentValues(node, depth)) yield change(place, odd);
    return;
  }
  if (place.length > 0) yield change(place, undefined);
  const single = scalars(node);
  if (single.length > 0) {
    for (const odd of single) if (odd !== value) yield change(place, odd);
    return;
  }
  if (Array.isArray(value)) {
    yield change(place, []);
    for (const item of value) yield change(place, [...value, item]);
    yield change(place, [...value, node.items ? sample(node.items) : {}]);
    for (const [index, item] of value.entries()) if (node.items) yield* mutations(node.items, item, [...place, index], depth);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (node.additional) {
    const [key, item] = Object.entries(value)[0] ?? [];
    yield change(place, {});
    for (const odd of [
      '',
      'a b',
      'A',
      '.',
      '..',
      '-a',
      'a/b',
      'a/b/c',
      'kubernetes.io/x',
      'cpu',
      'memory',
      'storage',
      'hugepages-2Mi',
      'x'.repeat(64),
      'x'.repeat(254),
    ]) {
      yield change([...place, odd], item ?? sample(node.additional));
    }
    if (key !== undefined) yield* mutations(node.additional, item, [...place, key], depth);
    return;
  }
  if (place.length > 0) yield change(place, {});
  for (const name of Object.keys(node.schema.properties ?? {})) {
    const child = node.property(name);
    if (child && !(place.length === 0 && ['apiVersion', 'kind', 'status'].includes(name)) && !skipped(place, name)) {
      yield* mutations(child, (value as JsonObject)[name], [...place, name], depth);
    }
  }
}

/** What the server writes itself, and metadata within templates beyond its labels. */
const skipped = (place: Place, name: string): boolean =>
  place.at(-1) === 'metadata' &&
  [
    'managedFields',
    'creationTimestamp',
    'deletionTimestamp',
    'uid',
    'resourceVersion',
    'selfLink',
    'namespace',
    'deletionGracePeriodSeconds',
    'generation',
  ].includes(name);

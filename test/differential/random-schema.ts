import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import type { Dice } from './dice.ts';
import { randomRule } from './random-rules.ts';

const values: readonly Json[] = [
  null, 1, -1, 1.5, 0, '', 'a', 'abc', true, [], {}, [1], ['a'], { a: 1 }, { a: 'x', b: 2 }, [{ a: 1 }], 1e30, '2020-01-01T00:00:00Z', { a: { b: 1 } }, { unknown: 1 },
]; // prettier-ignore

const isMap = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value that fits a schema's types, but for one in `1 / oddness` places that may be anything; bounds and rules are not looked at. */
export const randomValue = (dice: Dice, schema: Json | undefined, { oddness = 0, depth = 0 } = {}): Json => {
  if (!isMap(schema) || (oddness > 0 && dice.below(Math.round(1 / oddness)) === 0)) return dice.pick(values);
  const below = { oddness, depth: depth + 1 };
  const choices = schema['enum'];
  if (Array.isArray(choices) && choices.length > 0 && dice.below(4) > 0) return dice.pick(choices);
  switch (schema['type']) {
    case 'string':
      return dice.pick(['a', 'abc', 'b', '2020-01-01T00:00:00Z', '1', 'x y', '']);
    case 'integer':
      return dice.pick([0, 1, 7, 2, -1]);
    case 'number':
      return dice.pick([0, 1.5, 2, -3.25]);
    case 'boolean':
      return dice.below(2) === 0;
    case 'array':
      return depth > 3 ? [] : Array.from({ length: dice.below(4) }, () => randomValue(dice, schema['items'], below));
    case 'object': {
      const properties = isMap(schema['properties']) ? Object.entries(schema['properties']) : [];
      const more = schema['additionalProperties'];
      const own = properties.filter(() => dice.below(10) < 7).map(([name, part]): [string, Json] => [name, randomValue(dice, part, below)]);
      const others = ['k', 'l'].filter(() => (more || oddness > 0) && dice.below(3) === 0);
      return Object.fromEntries([...own, ...others.map((name): [string, Json] => [name, randomValue(dice, more, below)])]);
    }
    default:
      return dice.pick(values);
  }
};

const names = ['a', 'b', 'c', 'spec', 'status'];
const oddNames = [...names, 'x y', 'metadata', 'kind', 'apiVersion', 'self', 'namespace', '__a', 'a-b', 'a.b', '1', 'é', ''];

interface Place {
  /** Below allOf, anyOf, oneOf or not. */
  readonly inLogic?: boolean;
  readonly isRoot?: boolean;
}

type Draw = (dice: Dice, depth: number, place: Place) => JsonObject;

const bound = (dice: Dice): number => dice.pickTame([0, 1, 2, 10, 100, 1e6], [-1, 1.5, -5]);

const objectPart: Draw = (dice, depth, { inLogic = false, isRoot = false }) => {
  const part: JsonObject = {};
  const which = dice.below(10);
  if (which < 7) {
    const properties: JsonObject = {};
    for (let i = depth > 0 ? 1 + dice.below(3) : dice.below(2); i > 0; i--) {
      properties[dice.pick(dice.chance(0.95) ? names : oddNames)] = randomSchema(dice, depth - 1, { inLogic });
    }
    part['properties'] = properties;
    const keys = Object.keys(properties);
    if (dice.chance(0.3)) part['required'] = [dice.pick(dice.chance(0.95) && keys.length > 0 ? keys : ['a', 'zzz', ''])];
  } else if (which < 9) part['additionalProperties'] = dice.chance(0.15) ? dice.chance(0.5) : randomSchema(dice, depth - 1, { inLogic });
  if (dice.chance(0.03)) part['additionalProperties'] = dice.chance(0.5) || randomSchema(dice, 0);
  if (dice.chance(0.08)) part['x-kubernetes-preserve-unknown-fields'] = dice.chance(0.9);
  if (dice.chance(0.05) && !isRoot) part['x-kubernetes-embedded-resource'] = dice.chance(0.9);
  // An atomic resource is managed by nobody there.
  if (dice.chance(0.08) && !isRoot) part['x-kubernetes-map-type'] = dice.pick(['granular', 'atomic', 'atomic', 'nope', '']);
  if (dice.chance(0.08)) part['maxProperties'] = bound(dice);
  if (dice.chance(0.05)) part['minProperties'] = bound(dice);
  return part;
};

/** The keys of a list that is a map, and what makes its items fit them. */
const mapKeys = (dice: Dice, items: Json | undefined): JsonObject => {
  const properties = isMap(items) && isMap(items['properties']) ? items['properties'] : undefined;
  const present = Object.keys(properties ?? {});
  const keys =
    dice.chance(0.8) && present.length > 0
      ? [...new Set([dice.pick(present), ...(dice.chance(0.3) ? [dice.pick(present)] : [])])]
      : dice.pick([['a'], [], ['a', 'a'], ['zz']]);
  if (isMap(items) && properties && dice.chance(0.6)) {
    for (const key of keys.filter((name) => name in properties))
      properties[key] = dice.chance(0.8) ? { type: 'string' } : randomSchema(dice, 0);
    items['required'] = keys.filter(() => dice.chance(0.9));
  }
  return { 'x-kubernetes-list-map-keys': keys };
};

const arrayPart: Draw = (dice, depth, { inLogic = false }) => {
  const part: JsonObject = {};
  if (!dice.chance(0.05)) part['items'] = dice.chance(0.03) ? [randomSchema(dice, 0)] : randomSchema(dice, depth - 1, { inLogic });
  if (dice.chance(0.35)) part['maxItems'] = dice.pickTame([1, 5, 10, 100, 1000], [0, -1]);
  if (dice.chance(0.05)) part['minItems'] = bound(dice);
  if (dice.chance(0.05)) part['uniqueItems'] = dice.chance(0.7);
  if (dice.chance(0.3)) part['x-kubernetes-list-type'] = dice.pickTame(['map', 'set', 'atomic'], ['nope']);
  if (part['x-kubernetes-list-type'] === 'map' || dice.chance(0.03)) Object.assign(part, mapKeys(dice, part['items']));
  return part;
};

const stringPart: Draw = (dice) => ({
  ...(dice.chance(0.2) && {
    format: dice.pickTame(
      ['date-time', 'byte', 'uuid', 'duration'],
      ['int32', 'email', 'nope', 'date', 'ipv4', 'k8s-short-name', 'k8s-long-name', 'password', 'uri'],
    ),
  }),
  ...(dice.chance(0.15) && {
    pattern: dice.pickTame(['^[a-z]+$', 'a{1,2}', '\\p{L}', '(?i)a'], ['(', '[', '^(a+)+$', '\\d{1001}', '(?P<x>a)', '(?=a)', '']),
  }),
  ...(dice.chance(0.3) && { maxLength: dice.pickTame([1, 10, 100, 1e6], [0, -1, 1.5, 1e9]) }),
  ...(dice.chance(0.1) && { minLength: bound(dice) }),
});

const numberPart: Draw = (dice) => ({
  ...(dice.chance(0.2) && { minimum: bound(dice) }),
  ...(dice.chance(0.2) && { maximum: bound(dice) }),
  ...(dice.chance(0.08) && { exclusiveMinimum: dice.chance(0.7) }),
  ...(dice.chance(0.08) && { multipleOf: dice.pick([2, 0.5, 0, -1]) }),
  ...(dice.chance(0.2) && { format: dice.pickTame(['int32', 'int64'], ['float', 'double', 'nope', 'date-time']) }),
});

const strange: readonly JsonObject[] = [
  { $ref: '#/x' }, { id: 'x' }, { patternProperties: { a: { type: 'string' } } }, { additionalItems: true }, { definitions: { a: {} } }, { $schema: 'x' },
  { title: 'x', description: 'd' }, { example: { a: 1 } }, { externalDocs: { url: 'x' } }, { 'x-unknown': 1 }, { uniqueItems: true }, { deprecated: true }, { 'x-kubernetes-list-type': 'set' },
]; // prettier-ignore

const logic = (dice: Dice, schema: JsonObject): JsonObject => {
  const part = (): JsonObject => {
    const drawn = randomSchema(dice, 1, { inLogic: true });
    const [inner, outer] = [drawn['properties'], schema['properties']];
    if (isMap(inner) && isMap(outer) && dice.chance(0.8)) {
      drawn['properties'] = Object.fromEntries(Object.entries(inner).filter(([name]) => name in outer));
    }
    return drawn;
  };
  const keyword = dice.pick(['allOf', 'anyOf', 'oneOf', 'not']);
  return { [keyword]: keyword === 'not' ? part() : [part(), ...(dice.chance(0.5) ? [part()] : [])] };
};

const typeOf = (dice: Dice, depth: number, isRoot: boolean): string | undefined => {
  if (isRoot) return dice.chance(0.97) ? 'object' : dice.pick(['string', 'array', undefined]);
  if (dice.chance(0.04)) return dice.pick([undefined, '', 'null', 'any', 'Object', 'file']);
  const nesting = ['object', 'object', 'object', 'array', 'array'];
  const flat = ['string', 'integer', 'number', 'boolean'];
  return dice.pick(depth > 0 ? [...nesting, ...flat] : [...flat, 'string', 'object', 'array']);
};

/** A schema of at most `depth` levels, or a few more. */
export const randomSchema = (dice: Dice, depth: number, { inLogic = false, isRoot = false }: Place = {}): JsonObject => {
  const schema: JsonObject = {};
  const type = typeOf(dice, depth, isRoot);
  if (type !== undefined && (!inLogic || dice.chance(0.05))) schema['type'] = type;
  const has = (part: string): boolean => type === part || dice.chance(0.02);
  const place = { inLogic, isRoot };
  if (has('object')) Object.assign(schema, objectPart(dice, depth, place));
  if (has('array')) Object.assign(schema, arrayPart(dice, depth, place));
  if (has('string')) Object.assign(schema, stringPart(dice, depth, place));
  if (has('integer') || type === 'number') Object.assign(schema, numberPart(dice, depth, place));
  if (dice.chance(0.04) && !isRoot) {
    schema['x-kubernetes-int-or-string'] = dice.chance(0.95);
    if (dice.chance(0.85)) delete schema['type'];
    if (dice.chance(0.3)) schema['anyOf'] = [{ type: 'integer' }, { type: 'string' }];
  }
  if (dice.chance(0.1)) schema['nullable'] = dice.chance(0.85);
  if (dice.chance(0.08)) schema['enum'] = Array.from({ length: 1 + dice.below(3) }, () => randomValue(dice, schema));
  if (!inLogic && dice.chance(0.15)) schema['default'] = dice.isWild && dice.chance(0.25) ? dice.pick(values) : randomValue(dice, schema);
  if (depth > 0 && dice.chance(0.08)) Object.assign(schema, logic(dice, schema));
  if ((!inLogic && dice.chance(0.22)) || dice.chance(0.01)) {
    schema['x-kubernetes-validations'] = Array.from({ length: 1 + dice.below(2) }, () => randomRule(dice, type));
  }
  if (dice.chance(0.02)) Object.assign(schema, dice.pick(strange));
  return schema;
};

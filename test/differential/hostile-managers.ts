import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { pick, type Random } from './random.ts';

const deep = (depth: number): JsonObject => {
  let fields: JsonObject = {};
  for (let i = 0; i < depth; i++) fields = { 'f:x': fields };
  return fields;
};

const fieldSets: readonly Json[] = [
  {}, { '.': {} }, { 'f:data': {} }, { 'f:data': { 'f:a': {}, 'f:gone': {} } }, { 'f:data': { '.': {}, 'f:a': {} } }, { 'f:spec': { 'f:replicas': {} } },
  { 'f:metadata': { 'f:labels': { 'f:a': {} } } }, { 'f:metadata': { 'f:name': {}, 'f:uid': {}, 'f:resourceVersion': {} } }, { 'f:apiVersion': {}, 'f:kind': {} },
  { data: {} }, { 'x:data': {} }, { f: {} }, { 'f:': {} }, { '': {} }, { ':': {} }, { 'f:data': 'x' }, { 'f:data': 1 }, { 'f:data': null }, { 'f:data': [] }, { 'f:data': { '.': 1 } },
  { 'k:{bad': {} }, { 'k:{}': {} }, { 'k:{"a":1,"b":"x"}': {} }, { 'k:{"b":"x","a":1}': {} }, { 'k:{"a":1.5}': {} }, { 'k:{"a":null}': {} }, { 'k:{"a":[1]}': {} }, { 'k:[]': {} }, { 'k:': {} }, { 'k:{"a":1}x': {} },
  { 'v:"a"': {} }, { 'v:a': {} }, { 'v:1': {} }, { 'v:1.0': {} }, { 'v:null': {} }, { 'v:true': {} }, { 'v:{"a":1}': {} }, { 'v:[1]': {} }, { 'v:': {} }, { 'v:1e400': {} },
  { 'i:0': {} }, { 'i:-1': {} }, { 'i:x': {} }, { 'i:99999999999999999999': {} }, { 'i:': {} }, { 'f:spec': { 'k:{"name":"c"}': { '.': {}, 'f:x': {} }, 'v:"b"': {}, 'i:3': {} } },
  deep(40), { 'f:metadata': { 'f:finalizers': { 'v:"x.example/a"': {}, '.': {} } } }, { 'f:data': { 'f:é\u0000\n"': {} } }, null, 'text', 3, [], true,
]; // prettier-ignore

/** managedFields that no server would write. */
export const hostileManagers = (random: Random, apiVersion: string): Json => {
  if (random() < 0.12) return pick<Json>(random, [{}, 'x', 1, null, [null], ['x'], [[]], [{}, {}], true, [{}, { manager: 'x' }]]);
  const entry = (): JsonObject => {
    const whole: Record<string, Json> = {
      manager: pick(random, ['alice', 'bob', 'kubectl', 'x']),
      operation: pick(random, ['Apply', 'Update']),
      apiVersion,
      time: '2020-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: random() < 0.5 ? { 'f:metadata': { 'f:labels': { 'f:a': {} } } } : pick(random, fieldSets),
    };
    const oddities: Readonly<Record<string, readonly Json[]>> = {
      operation: ['', 'Foo', 'apply', 1, null],
      apiVersion: ['', 'v9', 'nope.example/v1', 'a/b/c', 'v1', 'apps/v1', '/', null, 1],
      time: [null, 'yesterday', '2020-01-01', '2099-01-01T00:00:00Z', '2020-01-01T00:00:00.5Z', '2020-01-01T01:00:00+01:00', 0],
      fieldsType: ['', 'FieldsV2', null, 1],
      subresource: ['status', 'scale', 'x', '', 'Bad Name', null, 1],
      manager: ['', 'a\nb', 'x'.repeat(128), 'x'.repeat(129), 'é', null, 1],
      unknown: [1],
    };
    if (random() < 0.6) {
      const field = pick(random, Object.keys(oddities));
      whole[field] = pick(random, oddities[field] ?? []);
    }
    if (random() < 0.15) delete whole[pick(random, Object.keys(whole))];
    return whole;
  };
  return Array.from({ length: pick(random, [1, 1, 1, 2, 3]) }, entry);
};

/** As many updaters as collapse into one, told apart by name and time. */
export const manyManagers = (random: Random, apiVersion: string): Json =>
  Array.from({ length: 9 + Math.floor(random() * 6) }, (_, i): JsonObject => ({
    manager: `m${i}`,
    operation: 'Update',
    apiVersion,
    time: `2020-01-01T00:00:${String(i % 7).padStart(2, '0')}Z`,
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:metadata': { 'f:labels': { [`f:${pick(random, ['a', 'b', 'c'])}`]: {}, '.': {} } } },
    ...(random() < 0.1 ? { subresource: 'status' } : {}),
  }));

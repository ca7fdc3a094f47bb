import { expect, test } from 'vitest';
import { SchemaNode, selfContained } from '../schema/schema-node.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import { validateRules } from './validations.ts';

// Recorded from kube-apiserver 1.35.4.
test.each([
  ["dyn('x')", 'types.String'],
  ['dyn(1)', 'types.Int'],
  ['dyn(1u)', 'types.Uint'],
  ['dyn(1.5)', 'types.Double'],
  ['dyn(true)', 'types.Bool'],
  ['dyn(null)', 'types.Null'],
  ["dyn(b'x')", 'types.Bytes'],
  ["dyn(timestamp('2020-01-01T00:00:00Z'))", 'types.Timestamp'],
  ["dyn(duration('1s'))", 'types.Duration'],
  ['dyn(optional.of(1))', '*types.Optional'],
  ['dyn(type(1))', '*types.Type'],
  ["dyn(quantity('1'))", 'cel.Quantity'],
  ["dyn(ip('1.1.1.1'))", 'cel.IP'],
])('%s cannot be looped over: it is a %s', (value, type) => {
  const root: JsonSchema = {
    type: 'object',
    properties: { spec: { type: 'object', 'x-kubernetes-validations': [{ rule: `${value}.all(x, x == 1)` }] } },
  };
  const [error] = validateRules({ spec: {} }, new SchemaNode(root, selfContained(root)));
  expect(error?.detail).toContain(`got '${type}', expected iterable type`);
});

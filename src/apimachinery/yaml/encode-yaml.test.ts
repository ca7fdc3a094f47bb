import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Json } from '../meta/object.ts';
import { decodeYaml } from './decode-yaml.ts';
import { encodeYaml } from './encode-yaml.ts';

test('as Kubernetes prints it: keys in order, lists not indented, blocks of lines, quotes where they are needed', () => {
  const value = {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name: 'a', creationTimestamp: '2026-11-22T12:00:00Z', labels: {}, 'app.kubernetes.io/name': 'x' },
    data: { script: 'a\n  b\n\nc\n', end: 'x\ny', many: 'x\n\n', on: 'yes', port: '80', url: 'http://a:80/b?c', text: 'a: b #c' },
    list: [1, [true, null], { a: 1, b: [] }, 'x'],
  };
  expect(encodeYaml(value)).toBe(`apiVersion: v1
data:
  end: |-
    x
    y
  many: |+
    x

  "on": "yes"
  port: "80"
  script: |
    a
      b

    c
  text: "a: b #c"
  url: "http://a:80/b?c"
kind: ConfigMap
list:
- 1
- - true
  - null
- a: 1
  b: []
- x
metadata:
  app.kubernetes.io/name: x
  creationTimestamp: "2026-11-22T12:00:00Z"
  labels: {}
  name: a
`);
});

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', ' ', '\n', ':', '#', '-', '"', "'", '\t', '\r', '|', '\u0085', '\u2028', '1', '~', '&', '!') }),
  fc.constantFrom('null', '~', 'yes', '0x1f', '1e3', '.5', '<<', '---', '...', '2001-01-01', '1:30', '!x', '*a', '&a', '- a', 'a:', '? a'),
);
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.constantFrom(null, true, false, 0, -1.5, 1e300, 9007199254740993n),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<Json>,
  ),
})).value;

test('what is written is read again, by us and by a parser of YAML 1.2', () => {
  fc.assert(
    fc.property(json, (value) => {
      const written = encodeYaml(value);
      expect(decodeYaml(written).value).toEqual(value);
      expect(parse(written, { intAsBigInt: false, logLevel: 'silent' })).toEqual(
        JSON.parse(JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? Number(item) : item))),
      );
    }),
    { numRuns: 500 },
  );
});

test('deep values cost what they hold', () => {
  let deep: Json = 1;
  for (let i = 0; i < 500; i++) deep = { a: deep };
  expect(decodeYaml(encodeYaml(deep)).value).toEqual(deep);
});

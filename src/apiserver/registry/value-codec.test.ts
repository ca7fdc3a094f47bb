import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import {
  decodeObject,
  encodeObject,
  readResourceVersion,
  restamped,
  sameButVersion,
  stampResourceVersion,
  valuePrefix,
} from './value-codec.ts';

const object = fc.record({
  kind: fc.constant('ConfigMap'),
  apiVersion: fc.constant('v1'),
  metadata: fc.record({ name: fc.string({ minLength: 1 }), labels: fc.dictionary(fc.string(), fc.string()) }, { requiredKeys: ['name'] }),
  data: fc.dictionary(
    fc.string().filter((key) => key !== '__proto__'),
    fc.string({ unit: 'grapheme' }),
  ),
}) as fc.Arbitrary<UnstructuredObject>;
const revision = fc.bigInt({ min: 1n, max: 2n ** 62n });

test('what is encoded and stamped parses back with its version, at the same length', () => {
  fc.assert(
    fc.property(object, revision, revision, (value, first, second) => {
      const bytes = encodeObject(value);
      const { length } = bytes;
      stampResourceVersion(bytes, first);
      expect(decodeObject(bytes)).toEqual({ ...value, metadata: { ...value.metadata, resourceVersion: String(first) } });
      const again = restamped(bytes, second);
      expect(readResourceVersion(again)).toBe(String(second));
      expect(readResourceVersion(bytes)).toBe(String(first));
      expect(again.length).toBe(length);
      expect(sameButVersion(bytes, again)).toBe(true);
    }),
  );
});

test('a value begins with its kind and version, so that it can be served without parsing', () => {
  const bytes = encodeObject({ kind: 'Deployment', apiVersion: 'apps/v1', metadata: { name: 'd', resourceVersion: '7' }, spec: {} });
  const prefix = valuePrefix({ group: 'apps', version: 'v1', kind: 'Deployment' });
  expect(bytes.subarray(0, prefix.length).equals(prefix)).toBe(true);
});

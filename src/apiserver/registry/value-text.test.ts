import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ManagedFieldsEntry, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { encodeObject } from './value-codec.ts';
import { aroundManagedFields, labelsOf, metadataText } from './value-text.ts';

const object = (metadata: Record<string, unknown>): UnstructuredObject =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'x', ...metadata },
    spec: { selector: {}, template: { metadata: { labels: { pod: 'yes' } } } },
  }) as unknown as UnstructuredObject;

test.each([
  [{}, {}],
  [{ labels: {} }, {}],
  [{ labels: { app: 'shop', 'example.com/tier': '' } }, { app: 'shop', 'example.com/tier': '' }],
  [{ annotations: { note: '"labels":{"a":"b"}' }, labels: { a: 'c' } }, { a: 'c' }],
  [{ managedFields: [{ fieldsV1: { 'f:metadata': { 'f:labels': {} }, labels: { no: 'no' } } }], labels: { a: 'b' } }, { a: 'b' }],
  [{ annotations: { brace: '}}"{\\' }, labels: { a: '}' } }, { a: '}' }],
])('the labels of metadata %j are found without parsing', (metadata, labels) => {
  expect(labelsOf(encodeObject(object(metadata)))).toEqual(labels);
});

test('whatever strings stand before and in them, labels and metadata come out as they went in', () => {
  const texts = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(texts, texts, (annotations, labels) => {
      const value = encodeObject(object({ annotations, labels }));
      expect(labelsOf(value)).toEqual(JSON.parse(JSON.stringify(labels)));
      expect(JSON.parse(String(metadataText(value)))).toEqual((JSON.parse(value.toString()) as UnstructuredObject).metadata);
    }),
  );
});

test('an object without its managedFields is the same otherwise, whatever they say', () => {
  const texts = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));
  const keys = fc.string({ unit: 'binary' });
  const fields = fc.dictionary(keys, fc.dictionary(keys, fc.constant({})));
  const managers = fc.option(fc.array(fc.record({ manager: fc.string(), fieldsV1: fields }), { maxLength: 3 }), { nil: undefined });
  fc.assert(
    fc.property(texts, managers, fc.boolean(), (annotations, managedFields, alone) => {
      const before = alone
        ? ({ apiVersion: 'v1', kind: 'Bare', metadata: { name: 'x' } } as unknown as UnstructuredObject)
        : object({ annotations });
      const value = encodeObject({
        ...before,
        metadata: { ...before.metadata, ...(managedFields ? { managedFields: managedFields as ManagedFieldsEntry[] } : {}) },
      });
      const expected = JSON.parse(value.toString()) as UnstructuredObject;
      delete expected.metadata.managedFields;
      expect(JSON.parse(Buffer.concat(aroundManagedFields(value)).toString())).toEqual(expected);
    }),
  );
});

test('nothing behind the metadata, and nothing long in it', () => {
  const value = encodeObject({ apiVersion: 'v1', kind: 'Bare', metadata: { name: 'x' } } as UnstructuredObject);
  expect(labelsOf(value)).toEqual({});
  expect(Buffer.concat(aroundManagedFields(value)).equals(value)).toBe(true);
});

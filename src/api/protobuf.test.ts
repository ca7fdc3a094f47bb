import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isStatusError } from '../apimachinery/errors/status-error.ts';
import { decodeProtobuf, encodeList, encodeListItem, encodeProtobuf, encodeWatchFrame, hasProtobuf } from './protobuf.ts';

interface Vector {
  readonly name: string;
  /** What Go marshals the decoded struct to. */
  readonly json: string;
  /** What Go's serializer writes, base64. */
  readonly protobuf: string;
}

/** Made with k8s.io/api's own serializer from objects filled with numbered values. */
const vectors = JSON.parse(readFileSync(new URL('protobuf.vectors.gen.json', import.meta.url), 'utf8')) as Vector[];

test.each(vectors)('$name decodes to what Go marshals', ({ json, protobuf }) => {
  expect(JSON.stringify(decodeProtobuf(Buffer.from(protobuf, 'base64')).object)).toBe(json);
});

test.each(vectors)('$name encodes to the very bytes Go writes', ({ json, protobuf }) => {
  expect(encodeProtobuf(JSON.parse(json)).toString('base64')).toBe(protobuf);
});

const text = fc.string({ unit: 'grapheme' });
const dictionary = fc.dictionary(text, text);

test('any ConfigMap survives the round trip', () => {
  fc.assert(
    fc.property(fc.record({ name: text, data: dictionary, labels: dictionary, generation: fc.maxSafeInteger() }), (value) => {
      const { object } = decodeProtobuf(
        encodeProtobuf({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: value.name, labels: value.labels, generation: value.generation },
          data: value.data,
        }),
      );
      const metadata = object['metadata'] as Record<string, unknown>;
      expect(metadata['name'] ?? '').toBe(value.name);
      expect(metadata['generation'] ?? 0).toBe(value.generation === 0 ? 0 : value.generation);
      expect(metadata['labels'] ?? {}).toEqual(value.labels);
      expect(object['data'] ?? {}).toEqual(value.data);
    }),
  );
});

test('bytes that are no message are refused with 400, whatever they are', () => {
  const valid = Buffer.from(vectors.find(({ name }) => name.startsWith('/v1, Kind=Pod'))?.protobuf ?? '', 'base64');
  fc.assert(
    fc.property(fc.nat(valid.length - 1), fc.nat(255), fc.boolean(), (position, byte, cut) => {
      const damaged = Buffer.from(cut ? valid.subarray(0, position) : valid);
      if (!cut) damaged[position] = byte;
      try {
        decodeProtobuf(damaged);
      } catch (error) {
        expect(isStatusError(error, 'BadRequest')).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test.each(['Pod.', 'a.b.Pod', '../x', '', 'pod'])("kind %j is nobody's", (kind) => {
  const field = (value: string): number[] => [value.length, ...Buffer.from(value)];
  const type = [10, ...field('v1'), 18, ...field(kind)];
  const bytes = Buffer.from([...Buffer.from('k8s\0'), 10, type.length, ...type]);
  expect(() => decodeProtobuf(bytes)).toThrow(`no kind "${kind}" is registered for version "v1"`);
});

test('messages nested without end are refused', () => {
  let schema: Record<string, unknown> = {};
  for (let depth = 0; depth < 700; depth++) schema = { not: schema };
  const bytes = encodeProtobuf({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'JSONSchemaProps', ...schema });
  expect(() => decodeProtobuf(bytes)).toThrow(/nested deeper/);
});

test('messages without end, and fields without a number, are refused', () => {
  const containers = Array.from({ length: 150_000 }, () => ({}));
  const many = encodeProtobuf({ apiVersion: 'v1', kind: 'Pod', spec: { containers } });
  expect(() => decodeProtobuf(many)).toThrow('Request entity too large');
  const type = [10, 2, ...Buffer.from('v1'), 18, 3, ...Buffer.from('Pod')];
  const bytes = Buffer.from([...Buffer.from('k8s\0'), 10, type.length, ...type, 18, 2, 0, 0]);
  expect(() => decodeProtobuf(bytes)).toThrow('illegal tag 0 (wire type 0)');
});

test('kinds without a protobuf form say so', () => {
  expect(hasProtobuf('v1', 'Pod')).toBe(true);
  expect(hasProtobuf('apps/v1', 'DeploymentList')).toBe(true);
  expect(hasProtobuf('policy/v1', 'DeleteOptions')).toBe(true);
  expect(hasProtobuf('meta.k8s.io/v1', 'PartialObjectMetadataList')).toBe(true);
  expect(hasProtobuf('meta.k8s.io/v1', 'Table')).toBe(false);
  expect(hasProtobuf('example.com/v1', 'Widget')).toBe(false);
});

test('a watch frame is its length, then the event with the sealed object', () => {
  const object = encodeProtobuf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
  const frame = encodeWatchFrame('ADDED', object);
  expect(frame.readUInt32BE(0)).toBe(frame.length - 4);
  expect(frame.subarray(4, 11).toString()).toBe('\n\u0005ADDED');
  expect(frame.includes(object)).toBe(true);
});

test.each([0, 1, 300])('a list of %i items put together from its elements is the list written whole', (count) => {
  const items = Array.from({ length: count }, (_, i) => ({ metadata: { name: `n-${i}` }, data: { key: 'v'.repeat(i) } }));
  const list = { apiVersion: 'v1', kind: 'ConfigMapList', metadata: { resourceVersion: '7', continue: 'next', remainingItemCount: 3 } };
  const elements = items.map((item) => encodeListItem({ apiVersion: 'v1', kind: 'ConfigMap', ...item }));
  expect(Buffer.concat(encodeList(list, elements)).equals(encodeProtobuf({ ...list, items }))).toBe(true);
});

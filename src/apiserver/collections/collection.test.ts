import fc from 'fast-check';
import { expect, test } from 'vitest';
import { builtInKinds } from '../../api/kinds.ts';
import { encodeObject, stampResourceVersion } from '../registry/value-codec.ts';
import { createCollection } from './collection.ts';
import { itemsOfSlices } from './page-items.ts';
import { readSlices } from './read-slices.ts';

const configMaps = builtInKinds.find(({ kind }) => kind === 'ConfigMap')!;
const prefix = '/registry/core/configmaps/';

const valueOf = (key: string, revision: number, color: string): Uint8Array => {
  const [namespace = '', name = ''] = key.slice(prefix.length).split('/');
  const value = encodeObject({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, ...(color === '' ? {} : { labels: { color } }) },
    data: { revision: String(revision) },
  });
  stampResourceVersion(value, BigInt(revision));
  return value;
};

const keys = fc.tuple(fc.constantFrom('a', 'ab', 'b'), fc.integer({ min: 0, max: 400 })).map(([ns, name]) => `${prefix}${ns}/n-${name}`);
const changes = fc.array(
  fc.record({ key: keys, isPut: fc.integer({ max: 5 }).map((n) => n !== 0), color: fc.constantFrom('', 'red', 'blue') }),
  {
    minLength: 1,
    maxLength: 900,
  },
);
const queries = fc.record({
  prefix: fc.constantFrom(prefix, `${prefix}a/`, `${prefix}ab/`, `${prefix}c/`),
  after: fc.option(keys, { nil: undefined }),
  limit: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
  color: fc.constantFrom(undefined, 'red'),
});

test('a collection shows what a plain sorted map of the same changes shows, page by page', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(changes, queries), { minLength: 1, maxLength: 4 }), (rounds) => {
      const collection = createCollection(configMaps);
      const model = new Map<string, { revision: number; color: string }>();
      let revision = 0;
      for (const [round, query] of rounds) {
        for (const { key, isPut, color } of round) {
          revision += 1;
          if (isPut) model.set(key, { revision, color });
          else model.delete(key);
          collection.apply(key, isPut ? valueOf(key, revision, color) : undefined);
        }
        const { color } = query;
        const wanted = [...model]
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .filter(([key]) => key.startsWith(query.prefix) && (query.after === undefined || key > query.after));
        const matching = wanted.filter(([, item]) => color === undefined || item.color === color);
        const page = matching.slice(0, query.limit);
        const { slices, last } = readSlices(collection, {
          ...query,
          matchesLabels: color === undefined ? undefined : (labels) => labels['color'] === color,
        });
        const items = itemsOfSlices(configMaps, slices);
        const listed = JSON.parse(`[${Buffer.concat(items.joined()).toString()}]`) as { data: { revision: string } }[];
        expect(listed.map(({ data }) => Number(data.revision))).toEqual(page.map(([, item]) => item.revision));
        expect(items.objects().map(({ kind, metadata }) => `${kind} ${metadata.resourceVersion}`)).toEqual(
          page.map(([, item]) => `ConfigMap ${item.revision}`),
        );
        expect(items.count).toBe(page.length);
        expect(last).toBe(page.length < matching.length ? page.at(-1)?.[0] : undefined);
        expect(collection.size).toBe(model.size);
        expect(collection.count(query.prefix, query.after)).toBe(wanted.length);
      }
    }),
    { numRuns: 40 },
  );
});

test('a page stays what it was when the collection goes on', () => {
  const collection = createCollection(configMaps);
  for (const name of ['a', 'b', 'c']) collection.apply(`${prefix}default/${name}`, valueOf(`${prefix}default/${name}`, 1, ''));
  const items = itemsOfSlices(configMaps, collection.slices(prefix, undefined));
  collection.apply(`${prefix}default/b`, undefined);
  collection.apply(`${prefix}default/a`, valueOf(`${prefix}default/a`, 2, ''));
  expect(items.objects().map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`)).toEqual(['a@1', 'b@1', 'c@1']);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { builtInKinds } from '../../api/kinds.ts';
import { encodeObject } from '../registry/value-codec.ts';
import { createLabelIndex } from './label-index.ts';

const configMaps = builtInKinds.find(({ kind }) => kind === 'ConfigMap')!;
const prefix = '/registry/core/configmaps/';

const change = fc.record({
  namespace: fc.constantFrom('a', 'ab'),
  name: fc.integer({ min: 0, max: 30 }),
  labels: fc.option(fc.dictionary(fc.constantFrom('color', 'tier', 'n'), fc.constantFrom('red', 'blue', '1'), { maxKeys: 3 })),
});

test('it finds what looking at every object would find', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
      const index = createLabelIndex(configMaps);
      const model = new Map<string, Readonly<Record<string, string>>>();
      for (const { namespace, name, labels } of changes) {
        const key = `${prefix}${namespace}/n-${name}`;
        if (labels) model.set(key, labels);
        else model.delete(key);
        const metadata = { name: `n-${name}`, namespace, ...(labels && { labels }) };
        index.apply(key, labels ? encodeObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata }) : undefined);
      }
      expect(index.size).toBe(model.size);
      for (const within of [prefix, `${prefix}a/`]) {
        for (const after of [undefined, `${prefix}a/n-15`]) {
          for (const matchesLabels of [
            (labels: Readonly<Record<string, string>>) => labels['color'] === 'red',
            (labels: Readonly<Record<string, string>>) => labels['tier'] === undefined,
          ]) {
            const wanted = [...model].filter(
              ([key, labels]) => key.startsWith(within) && !(after && key <= after) && matchesLabels(labels),
            );
            expect(index.matching({ prefix: within, after, matchesLabels })).toEqual(wanted.map(([key]) => key).toSorted());
          }
        }
      }
      for (const key of model.keys()) index.apply(key, undefined);
      expect(index.bytes).toBe(0);
    }),
  );
});

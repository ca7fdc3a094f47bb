import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { UnstructuredObject } from '../apimachinery/meta/object.ts';
import { builtInKinds } from './kinds.ts';

interface Golden {
  readonly name: string;
  readonly object: UnstructuredObject;
  readonly warnings: readonly string[];
}

/** Objects and the warnings that kube-apiserver 1.35 sends when they are created. */
const golden = JSON.parse(readFileSync(new URL('warnings.golden.gen.json', import.meta.url), 'utf8')) as Golden[];

const warningsOf = (object: UnstructuredObject): readonly string[] => {
  const { kind, apiVersion } = object;
  const definition = builtInKinds.find(
    (candidate) => candidate.kind === kind && [candidate.group, candidate.version].filter((part) => part !== '').join('/') === apiVersion,
  );
  definition?.strategy.applyDefaults?.(object);
  return definition?.strategy.warnings?.(object, undefined) ?? [];
};

test.each(golden)('$name is warned of', ({ object, warnings }) => {
  expect([...new Set(warningsOf(object))].toSorted()).toEqual(warnings);
});

const deployment = (generation: number, template: object): UnstructuredObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', generation },
  spec: { template },
});
const odd = { spec: { containers: [{ name: 'c', image: 'i' }], terminationGracePeriodSeconds: -1 } };
const even = { spec: { containers: [{ name: 'c', image: 'i' }] } };
const negative = 'spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1';

const warningsOfUpdate = (plural: string, now: UnstructuredObject, old: UnstructuredObject): readonly string[] =>
  builtInKinds.find((kind) => kind.plural === plural)?.strategy.warnings?.(now, old) ?? [];

test('an update that makes a new generation is warned of the template, whether that changed or not', () => {
  expect(warningsOfUpdate('deployments', deployment(2, odd), deployment(1, odd))).toEqual([negative]);
  expect(warningsOfUpdate('deployments', deployment(1, odd), deployment(1, odd))).toEqual([]);
});

test('an update of a ReplicationController is warned of what its template was', () => {
  expect(warningsOfUpdate('replicationcontrollers', deployment(2, even), deployment(1, odd))).toEqual([negative]);
  expect(warningsOfUpdate('replicationcontrollers', deployment(2, odd), deployment(1, even))).toEqual([]);
});

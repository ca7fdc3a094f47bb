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

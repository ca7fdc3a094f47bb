import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { invalidObject } from '../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../apimachinery/meta/object.ts';
import type { KindDefinition } from './kind-definition.ts';
import { builtInKinds } from './kinds.ts';

const golden = <T>(name: string): T[] => JSON.parse(readFileSync(new URL(`${name}.golden.gen.json`, import.meta.url), 'utf8')) as T[];

const definitionOf = ({ apiVersion, kind }: UnstructuredObject): KindDefinition => {
  const definition = builtInKinds.find(
    ({ group, version, ...candidate }) => candidate.kind === kind && (group === '' ? version : `${group}/${version}`) === apiVersion,
  );
  if (!definition) throw new Error(`not served: ${apiVersion} ${kind}`);
  return definition;
};

/** What the registry does to an object that is created, without admission. */
const prepared = (input: UnstructuredObject): { definition: KindDefinition; object: UnstructuredObject } => {
  const definition = definitionOf(input);
  const object = structuredClone(input);
  if (definition.namespaced) object.metadata.namespace = 'default';
  definition.strategy.applyDefaults?.(object);
  if (definition.strategy.generation) object.metadata.generation = 1;
  definition.strategy.prepareForCreate?.(object, { username: 'test', groups: [] });
  return { definition, object };
};

const titled = <T extends { object: UnstructuredObject }>(cases: readonly T[]) =>
  cases.map((entry) => ({ ...entry, title: `${entry.object.kind} ${entry.object.metadata.name}` }));

// Both golden files: our objects, sent to kube-apiserver 1.35.4 with dryRun.
test.each(titled(golden<{ object: UnstructuredObject; expected: UnstructuredObject }>('defaults')))(
  '$title is defaulted as kube-apiserver does',
  ({ object, expected }) => {
    expect(prepared(object).object).toEqual(expected);
  },
);

test.each(titled(golden<{ object: UnstructuredObject; message: string }>('validation')))(
  '$title is refused in the words of kube-apiserver',
  ({ object: input, message }) => {
    const { definition, object } = prepared(input);
    const errors = definition.strategy.validate?.(object) ?? [];
    const ours = invalidObject({ group: definition.group, kind: definition.kind }, object.metadata.name, errors).message;
    // Errors of metadata are the registry's.
    if (message.includes('is invalid: metadata.') || message.includes('[metadata.')) expect(message).toContain(lastError(ours));
    else expect(ours).toBe(message);
  },
);

const lastError = (message: string): string =>
  message
    .replace(/^.*is invalid: \[?/, '')
    .replace(/\]$/, '')
    .split(', spec.')
    .at(-1) ?? '';

test('every kind answers a row for its empty self', () => {
  for (const definition of builtInKinds) {
    const apiVersion = definition.group === '' ? definition.version : `${definition.group}/${definition.version}`;
    const object: UnstructuredObject = { apiVersion, kind: definition.kind, metadata: { name: 'a' } };
    definition.strategy.applyDefaults?.(object);
    const cells = definition.cells?.(object, new Date()) ?? [];
    expect(cells.length, definition.plural).toBeGreaterThanOrEqual(definition.columns.length);
    expect(definition.strategy.validate?.(object) ?? [], definition.plural).toBeInstanceOf(Array);
    for (const read of Object.values(definition.selectableFields ?? {})) expect(typeof read(object)).toBe('string');
  }
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ruleChecker } from '../cel/check-definition.ts';
import type { FieldError } from '../validation/field-error.ts';
import type { JsonSchema } from './json-schema.ts';
import { formatFieldErrorBody } from '../validation/format-field-error.ts';
import {
  defaultCustomResourceDefinition,
  validateCustomResourceDefinition,
  type CustomResourceDefinition,
  type RuleChecker,
} from './custom-resource-definition.ts';

interface Cause {
  field: string;
  reason: string;
  message: string;
}
interface Golden {
  name: string;
  definition: CustomResourceDefinition;
  causes: Cause[];
}

/** Recorded from kube-apiserver 1.35.4. */
const golden = JSON.parse(readFileSync(new URL('./custom-resource-definition.golden.json', import.meta.url), 'utf8')) as Golden[];

const rules: RuleChecker = { checkSchema: () => [], checkDefault: () => [] };
/** Objects are printed in Go's order of fields, types by numbers of their own. */
const leveled = (text: string): string =>
  text.replace(/Invalid value: \{.*?\}: (?=[a-z`])/s, 'Invalid value: OBJECT: ').replaceAll(/selfType\d+/g, 'selfType');
const causesOf = (errors: readonly FieldError[]): string[] =>
  errors.map((error) => leveled(`${error.type} ${error.field}: ${formatFieldErrorBody(error)}`)).toSorted();

test.each(golden.map((item) => [item.name, item] as const))('%s: the same causes as kube-apiserver', (_, { definition, causes }) => {
  const copy = structuredClone(definition);
  defaultCustomResourceDefinition(copy);
  const expected = causes.map(({ field, reason, message }) => leveled(`${reason} ${field}: ${message}`)).toSorted();
  expect(causesOf(validateCustomResourceDefinition(copy, { rules: ruleChecker }))).toEqual(expected);
});

const minimal = (change: (definition: CustomResourceDefinition) => void): CustomResourceDefinition => {
  const definition: CustomResourceDefinition = {
    metadata: { name: 'foos.example.org', resourceVersion: '1' },
    spec: {
      group: 'example.org',
      scope: 'Namespaced',
      names: { plural: 'foos', kind: 'Foo' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
    status: { conditions: [{ type: 'Established', status: 'True' }], storedVersions: ['v1'] },
  };
  defaultCustomResourceDefinition(definition);
  change(definition);
  return definition;
};

test.each([
  ['scope', (it: CustomResourceDefinition) => (it.spec.scope = 'Cluster'), ['spec.scope']],
  ['kind', (it: CustomResourceDefinition) => (it.spec.names.kind = 'Bar'), ['spec.names.kind']],
  ['group', (it: CustomResourceDefinition) => (it.spec.group = 'other.org'), ['spec.group']],
  ['plural', (it: CustomResourceDefinition) => (it.spec.names.plural = 'bars'), ['spec.names.plural']],
  [
    'a stored version',
    (it: CustomResourceDefinition) => (it.spec.versions[0]!.name = 'v2'),
    ['status.storedVersions', 'status.storedVersions[0]'],
  ],
  ['nothing', () => undefined, []],
])('changing %s of an established definition', (_, change, fields) => {
  const errors = validateCustomResourceDefinition(minimal(change), { rules, old: minimal(() => undefined) });
  expect(errors.map(({ field }) => field)).toEqual(fields);
});

const causesOfSchema = (properties: Record<string, JsonSchema>, more: Partial<CustomResourceDefinition['spec']> = {}): string[] => {
  const definition: CustomResourceDefinition = {
    metadata: { name: 'things.x.example' },
    spec: {
      group: 'x.example',
      scope: 'Cluster',
      names: { plural: 'things', kind: 'Thing' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties } } }],
      ...more,
    },
  };
  defaultCustomResourceDefinition(definition);
  return causesOf(validateCustomResourceDefinition(definition, { rules: ruleChecker }));
};

test('where unknown fields are kept there are no defaults', () => {
  const told = causesOfSchema({ a: { type: 'array', items: { type: 'string', default: 'x' } } }, { preserveUnknownFields: true });
  expect(told).toContain(
    'FieldValueInvalid spec.preserveUnknownFields: Invalid value: true: must be false in order to use defaults in the schema',
  );
});

test('defaults are not looked at beside fields that are not to be kept by name', () => {
  const a: JsonSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': false };
  const told = causesOfSchema({ a, b: { type: 'integer', default: 'x' } });
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('properties[a].x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined');
});

test('the message expression of a rule that does not compile is not looked at', () => {
  const told = causesOfSchema({
    a: { type: 'string', 'x-kubernetes-validations': [{ rule: 'nope', messageExpression: '"a" + string(1)' }] },
  });
  expect(told.map((cause) => cause.slice(0, cause.indexOf(': ')))).toEqual([
    'FieldValueInvalid spec.validation.openAPIV3Schema.properties[a].x-kubernetes-validations[0].rule',
  ]);
});

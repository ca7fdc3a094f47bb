import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KindDefinition } from '../../api/kind-definition.ts';
import { builtInKinds } from '../../api/kinds.ts';
import { excludeFields } from '../../apimachinery/apply/field-filters.ts';
import { trackUpdate } from '../../apimachinery/apply/track-update.ts';
import { widgetSchema } from '../../apimachinery/apply/testing/widget.ts';
import { deepClone } from '../../apimachinery/clone/deep-clone.ts';
import type { Json, JsonObject, ManagedFieldsEntry } from '../../apimachinery/meta/object.ts';
import type { JsonSchema, SchemaSource } from '../../apimachinery/schema/json-schema.ts';

type Generate = fc.GeneratorValue;

/** A value that fits the schema more or less: some of its fields, few items, small words so that keys and values collide. */
const valueOf = (g: Generate, schema: JsonSchema, { source, depth }: { source: SchemaSource; depth: number }): Json => {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  const below = { source, depth: depth + 1 };
  if (reference !== undefined) return depth > 6 ? {} : valueOf(g, source.resolve(reference), below);
  switch (schema.type) {
    case 'object': {
      const value: JsonObject = {};
      const isPicked = (): boolean => depth === 0 || g(fc.nat, { max: 3 }) === 0;
      const fieldOf = (property: JsonSchema): Json => (depth > 0 && g(fc.nat, { max: 7 }) === 0 ? null : valueOf(g, property, below));
      for (const [name, property] of Object.entries(schema.properties ?? {})) if (isPicked()) value[name] = fieldOf(property);
      const { additionalProperties } = schema;
      if (typeof additionalProperties === 'object')
        for (const name of g(fc.subarray, ['a', 'b/c'])) value[name] = valueOf(g, additionalProperties, below);
      return value;
    }
    case 'array':
      return Array.from({ length: g(fc.nat, { max: 2 }) }, () => valueOf(g, schema.items ?? {}, below));
    case 'integer':
    case 'number':
      return g(fc.nat, { max: 2 });
    case 'boolean':
      return g(fc.boolean);
    default:
      return g(fc.constantFrom, 'x', 'y', '');
  }
};

interface Subject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly source: SchemaSource;
}

const apiVersionOf = ({ group, version }: KindDefinition): string => (group === '' ? version : `${group}/${version}`);
const subjects: readonly Subject[] = [
  ...builtInKinds.map((definition) => ({ apiVersion: apiVersionOf(definition), kind: definition.kind, source: definition.schema() })),
  { apiVersion: 'x.example/v1', kind: 'Widget', source: widgetSchema },
];

const objectOf = (g: Generate, { apiVersion, kind, source }: Subject): JsonObject => {
  const fields = valueOf(g, source.root, { source, depth: 0 }) as JsonObject;
  const { managedFields: _, ...metadata } = (fields['metadata'] ?? {}) as JsonObject;
  return { ...fields, apiVersion, kind, metadata: { ...metadata, name: 'x' } };
};

const withManagers = (object: JsonObject, managers: readonly ManagedFieldsEntry[] | undefined): JsonObject => ({
  ...object,
  metadata: { ...(object['metadata'] as JsonObject), ...(managers ? { managedFields: managers as unknown as JsonObject[] } : {}) },
});

const cases = subjects.map((subject) => [`${subject.apiVersion} ${subject.kind}`, subject] as const);

test.each(cases)('%s: whoever creates an object owns what comparing it with nothing would find', (_name, subject) => {
  const kind = { schema: () => subject.source };
  const context = { manager: 'a', apiVersion: subject.apiVersion, subresource: '', time: '2026-01-01T00:00:00Z', kind };
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const created = { ...context, old: undefined, new: objectOf(g, subject) };
      const withoutStatus = excludeFields(['status']);
      // A filter that does not say what it leaves out is asked about the sets of a comparison.
      const compared = trackUpdate({ ...created, filter: (set) => withoutStatus(set) });
      expect(JSON.stringify(trackUpdate({ ...created, filter: withoutStatus }))).toBe(JSON.stringify(compared));
    }),
    { numRuns: 10 },
  );
});

test.each(cases)('%s: what is stored of managers is kept as if it had been decoded and encoded again', (_name, subject) => {
  const kind = { schema: () => subject.source };
  const write = (manager: string, objects: { old: JsonObject | undefined; new: JsonObject }): ManagedFieldsEntry[] | undefined =>
    trackUpdate({ manager, apiVersion: subject.apiVersion, subresource: '', time: '2026-01-01T00:00:00Z', kind, ...objects });
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const first = objectOf(g, subject);
      const created = withManagers(first, write('a', { old: undefined, new: first }));
      const second = { ...objectOf(g, subject), ...(g(fc.boolean) ? { spec: deepClone(first['spec'] ?? {}) } : {}) };
      const managers = write('b', { old: created, new: second });
      const live = withManagers(second, managers);
      const third = g(fc.boolean) ? objectOf(g, subject) : second;
      // Managers that a request names in another order are decoded; those that it leaves out are not.
      const decoded = write('a', { old: live, new: withManagers(third, managers?.toReversed()) });
      expect(JSON.stringify(write('a', { old: live, new: third }))).toBe(JSON.stringify(decoded));
    }),
    { numRuns: 10 },
  );
});

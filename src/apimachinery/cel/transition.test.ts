import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileSchema } from '../schema/compile.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import { selfContained } from '../schema/schema-node.ts';
import { formatFieldErrorBody } from '../validation/format-field-error.ts';

interface Golden {
  schema: JsonSchema;
  cases: { name: string; old?: object; spec: object; causes: { reason: string; message: string; field: string }[] }[];
}

/** Recorded from kube-apiserver 1.35.4: creations and updates under rules with oldSelf, messages, reasons, and ratcheting. */
const golden = JSON.parse(readFileSync(new URL('./transition.golden.json', import.meta.url), 'utf8')) as Golden;
const schema = compileSchema(selfContained(golden.schema));

test.each(golden.cases.map((item) => [JSON.stringify(item.old ?? null), JSON.stringify(item.spec), item] as const))(
  '%s to %s',
  (_old, _new, { name, old, spec, causes }) => {
    const objectOf = (it: object): object => {
      const object = { apiVersion: 't.example.org/v1', kind: 'Foo', metadata: { name }, spec: structuredClone(it) };
      schema.applyDefaults(object);
      return object;
    };
    const errors = schema.validateResource(objectOf(spec), old ? { old: objectOf(old) } : {});
    const found = errors.map((error) => `${error.field} ${error.type} ${formatFieldErrorBody(error)}`);
    expect(found.toSorted()).toEqual(causes.map(({ field, reason, message }) => `${field} ${reason} ${message}`).toSorted());
  },
);

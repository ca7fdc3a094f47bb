import { encodeJson, parseJson } from '../../../apimachinery/json/exact-json.ts';
import { parse, stringify } from 'yaml';
import type { Json, JsonObject, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { applyJsonPatch } from '../../../apimachinery/patch/json-patch.ts';
import type { Overriders } from '../api/override-policy.ts';

type FieldOverrider = NonNullable<Overriders['fieldOverrider']>[number];

/** Patches JSON or YAML that is kept as text inside one string field (a ConfigMap's data, say), in place. */
export const overrideField = (object: UnstructuredObject, { fieldPath, json = [], yaml = [] }: FieldOverrider): void => {
  const steps = fieldPath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop();
  let parent: unknown = object;
  for (const step of steps) parent = (parent as JsonObject | undefined)?.[step];
  const text = last === undefined ? undefined : (parent as JsonObject | undefined)?.[last];
  if (last === undefined || typeof text !== 'string') throw new Error(`fieldOverrider.fieldPath: no text at ${fieldPath}`);
  if (json.length > 0 && yaml.length > 0) throw new Error(`fieldOverrider at ${fieldPath}: json and yaml exclude each other`);
  const patch = (document: Json, operations: typeof json): Json =>
    applyJsonPatch(
      document,
      operations.map(({ subPath, operator, value }) =>
        operator === 'remove' ? { op: operator, path: subPath } : { op: operator, path: subPath, value: value ?? null },
      ),
    );
  if (json.length > 0) (parent as JsonObject)[last] = encodeJson(patch(parseJson(text), json));
  if (yaml.length > 0) (parent as JsonObject)[last] = stringify(patch(parse(text) as Json, yaml));
};

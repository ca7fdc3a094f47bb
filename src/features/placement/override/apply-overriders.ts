import { applyJsonPatch } from '../../../apimachinery/patch/json-patch.ts';
import type { JsonPatchOperation } from '../../../apimachinery/patch/json-patch.ts';
import type { JsonObject, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { Overriders } from '../api/override-policy.ts';
import { overrideField } from './override-field.ts';
import { overrideImage } from './override-image.ts';
import { containersOf } from './pod-spec.ts';

/**
 * Applies one rule's overriders to a private copy of the object, in Karmada's order: image → command → args → labels → annotations → field →
 * plaintext. Changes the object in place and returns it (a plaintext patch may replace it). @throws {Error} naming the overrider that failed
 */
export const applyOverriders = (object: UnstructuredObject, overriders: Overriders): UnstructuredObject => {
  for (const overrider of overriders.imageOverrider ?? []) overrideImage(object, overrider);
  for (const overrider of overriders.commandOverrider ?? []) overrideWords(object, 'command', overrider);
  for (const overrider of overriders.argsOverrider ?? []) overrideWords(object, 'args', overrider);
  for (const overrider of overriders.labelsOverrider ?? []) overrideMap(object, 'labels', overrider);
  for (const overrider of overriders.annotationsOverrider ?? []) overrideMap(object, 'annotations', overrider);
  for (const overrider of overriders.fieldOverrider ?? []) overrideField(object, overrider);
  const plaintext = (overriders.plaintext ?? []).map(({ path, operator, value }) =>
    operator === 'remove' ? { op: operator, path } : { op: operator, path, value },
  );
  if (plaintext.length === 0) return object;
  return applyJsonPatch(object as unknown as JsonObject, plaintext as JsonPatchOperation[]) as unknown as UnstructuredObject;
};

type WordsOverrider = NonNullable<Overriders['commandOverrider']>[number];

const overrideWords = (
  object: UnstructuredObject,
  field: 'command' | 'args',
  { containerName, operator, value = [] }: WordsOverrider,
): void => {
  for (const { container } of containersOf(object)) {
    if (container['name'] !== containerName) continue;
    const words = (container[field] as string[] | undefined) ?? [];
    container[field] = operator === 'add' ? [...words, ...value] : words.filter((word) => !value.includes(word));
  }
};

type MapOverrider = NonNullable<Overriders['labelsOverrider']>[number];

const overrideMap = (object: UnstructuredObject, field: 'labels' | 'annotations', { operator, value }: MapOverrider): void => {
  const map: Record<string, string> = { ...object.metadata[field] };
  for (const [key, text] of Object.entries(value)) {
    if (operator === 'remove') delete map[key];
    else if (operator === 'add' || key in map) map[key] = text;
  }
  object.metadata[field] = map;
};

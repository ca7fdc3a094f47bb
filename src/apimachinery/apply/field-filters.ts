import { fieldSetOf, restrictFieldSet, subtractFieldSets, subtractRecursively, type FieldSet } from './field-set.ts';
import { fieldElement } from './path-element.ts';
import type { FieldFilter } from './versions.ts';

const setOf = (paths: readonly (readonly string[])[]): FieldSet => fieldSetOf(...paths.map((path) => path.map(fieldElement)));

/** Everything but these field paths and what is below them: what a kind's strategy resets, such as status on the main resource. */
export const excludeFields = (...paths: readonly (readonly string[])[]): FieldFilter => {
  const excluded = setOf(paths);
  return (set) => subtractRecursively(set, excluded);
};

/** Only these field paths and what is below them, such as status on the status subresource of a custom resource. */
export const onlyFields = (...paths: readonly (readonly string[])[]): FieldFilter => {
  const included = setOf(paths);
  return (set) => restrictFieldSet(set, included);
};

export const allFields: FieldFilter = (set) => set;

const systemFields = setOf([
  ['apiVersion'],
  ['kind'],
  ['metadata'],
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'].map(
    (name) => ['metadata', name],
  ),
]);

/** Drops what the system sets: nobody owns identity and bookkeeping. */
export const withoutSystemFields: FieldFilter = (set) => subtractFieldSets(set, systemFields);

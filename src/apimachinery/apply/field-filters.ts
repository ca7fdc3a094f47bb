import { emptyFieldSet, fieldSetOf, subtractFieldSets, subtractRecursively, unionFieldSets, type FieldSet } from './field-set.ts';
import { fieldElement } from './path-element.ts';
import type { FieldFilter } from './versions.ts';

const setOf = (paths: readonly (readonly string[])[]): FieldSet => fieldSetOf(...paths.map((path) => path.map(fieldElement)));

/** What the system sets: identity and bookkeeping. */
const identity = setOf([
  ['apiVersion'],
  ['kind'],
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'].map(
    (name) => ['metadata', name],
  ),
]);

const exclude = (excluded: FieldSet): FieldFilter =>
  Object.assign((set: FieldSet) => subtractRecursively(set, excluded), { unowned: unionFieldSets(identity, excluded) });

/** Everything but these field paths and what is below them: what a kind's strategy resets, such as status on the main resource. */
export const excludeFields = (...paths: readonly (readonly string[])[]): FieldFilter => exclude(setOf(paths));

export const allFields: FieldFilter = exclude(emptyFieldSet);

const systemFields = unionFieldSets(setOf([['metadata']]), identity);

/** Drops what the system sets: nobody owns identity and bookkeeping. */
export const withoutSystemFields: FieldFilter = (set) => subtractFieldSets(set, systemFields);

import type { JsonObject } from '../meta/object.ts';
import { emptyFieldSet, intersectFieldSets, subtractFieldSets, unionFieldSets, type FieldSet } from './field-set.ts';
import type { Manager, Managers } from './manager.ts';
import { removeItems, withNamedFields, type EmptiedField } from './remove-items.ts';
import { toFieldSet } from './to-field-set.ts';
import { convertTo, type TypedObject, type VersionedKind } from './versions.ts';

const withValue = (object: TypedObject, value: JsonObject): TypedObject => ({ ...object, value });

/** Puts back what was removed although one of `owned` owns it, or although it was not among what the applier owned. */
const addBackOwned = (merged: TypedObject, pruned: TypedObject, owned: FieldSet): TypedObject => {
  const { type } = merged;
  const before = withNamedFields(toFieldSet(merged.value, type), type);
  const after = withNamedFields(toFieldSet(pruned.value, type), type);
  return withValue(
    merged,
    removeItems(merged.value, subtractFieldSets(before, unionFieldSets(after, withNamedFields(owned, type))), type).object,
  );
};

/** What everybody owns, by version, the given version first. */
const ownedByVersion = (managers: Managers, first: string): Map<string, FieldSet> => {
  const owned = new Map<string, FieldSet>([[first, emptyFieldSet]]);
  for (const { apiVersion, fields } of managers.values())
    owned.set(apiVersion, unionFieldSets(owned.get(apiVersion) ?? emptyFieldSet, fields));
  return owned;
};

/** Puts back what the removal took along beyond what the applier had owned, such as items that others fill. */
const addBackDangling = (merged: TypedObject, pruned: TypedObject, last: FieldSet): Pruned => {
  const { type } = merged;
  const after = withNamedFields(toFieldSet(pruned.value, type), type);
  const before = withNamedFields(toFieldSet(merged.value, type), type);
  const gone = intersectFieldSets(subtractFieldSets(before, after), withNamedFields(last, type));
  const { object, emptied } = removeItems(merged.value, gone, type);
  return { object: withValue(merged, object), emptied };
};

export interface Pruned {
  readonly object: TypedObject;
  readonly emptied: readonly EmptiedField[];
}

/** Whether everything the applier owned is still owned in the same version: then nothing can go, the usual case. */
const keepsAll = (managers: Managers, last: Manager): boolean =>
  [...managers.values()].reduce(
    (rest, { apiVersion, fields }) => (rest.size > 0 && apiVersion === last.apiVersion ? subtractFieldSets(rest, fields) : rest),
    last.fields,
  ).size === 0;

/**
 * Removes from the merged object what the applier owned by its last apply and now neither it nor anybody else owns.
 * @param managers with the applier's new fields
 * @param last the applier before this apply
 */
export function prune(
  kind: VersionedKind,
  merged: TypedObject,
  { managers, last }: { managers: Managers; last: Manager | undefined },
): Pruned {
  const untouched = { object: merged, emptied: [] };
  if (!last || last.fields.size === 0 || keepsAll(managers, last)) return untouched;
  const atLast = convertTo(kind, merged, last.apiVersion);
  if (!atLast) return untouched;
  let pruned = withValue(atLast, removeItems(atLast.value, withNamedFields(last.fields, atLast.type), atLast.type).object);
  let current = atLast;
  for (const [apiVersion, owned] of ownedByVersion(managers, last.apiVersion)) {
    const mergedHere = convertTo(kind, current, apiVersion);
    const prunedHere = convertTo(kind, pruned, apiVersion);
    if (!mergedHere || !prunedHere) continue;
    pruned = addBackOwned(mergedHere, prunedHere, owned);
    current = mergedHere;
  }
  const prunedAtLast = convertTo(kind, pruned, last.apiVersion);
  if (!prunedAtLast) return untouched;
  const result = addBackDangling(atLast, prunedAtLast, last.fields);
  const object = convertTo(kind, result.object, merged.apiVersion);
  return object ? { object, emptied: result.emptied } : untouched;
}

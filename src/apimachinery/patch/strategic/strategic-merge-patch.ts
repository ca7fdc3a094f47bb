import { deepClone } from '../../clone/deep-clone.ts';
import type { Json, JsonObject } from '../../meta/object.ts';
import { goPrint } from '../../text/go-print.ts';
import type { JsonSchema, SchemaSource } from '../../schema/json-schema.ts';
import {
  applyRetainKeys,
  asNew,
  deleteFromListPrefix,
  isMap,
  patchDirective,
  put,
  retainKeysDirective,
  setOrderPrefix,
  withoutDirectives,
} from './directives.ts';
import { checkSetOrder, indexById, orderElements } from './element-order.ts';
import { lookupField, type PatchField } from './patch-schema.ts';
import { missingMergeKey, StrategicPatchError, typeName, unknownDirective, wrongType } from './strategic-patch-error.ts';

/** The list at a place; undefined where there is nothing. @throws {StrategicPatchError} when it is something else */
const listAt = (object: JsonObject, key: string): Json[] | undefined => {
  if (!Object.hasOwn(object, key)) return undefined;
  const value = object[key];
  if (!Array.isArray(value)) throw wrongType([], value);
  return value;
};

const requireOneType = (original: readonly Json[], patch: readonly Json[]): void => {
  const [first = null, ...others] = [...original, ...patch];
  if (Array.isArray(first)) throw new StrategicPatchError('lists of lists are not supported');
  const type = typeName(first);
  if (others.some((item) => typeName(item) !== type)) {
    throw new StrategicPatchError(`list element types are not identical: ${goPrint([[...original], [...patch]])}`);
  }
};

/** Merges with the schema of one kind. Patches and originals are never changed, what is returned may share parts of both. */
class Merger {
  readonly #source: SchemaSource;
  constructor(source: SchemaSource) {
    this.#source = source;
  }

  mergeMap(original: JsonObject, patch: JsonObject, schema: JsonSchema): JsonObject {
    const directive = patch[patchDirective];
    if (directive !== undefined) {
      if (directive === 'delete') return {};
      if (directive !== 'replace') throw unknownDirective(directive, patch);
      const { [patchDirective]: _, ...replacement } = patch;
      return replacement;
    }
    const merged: JsonObject = { ...applyRetainKeys(original, patch) };
    const done = this.#mergeOrderedLists(merged, patch, schema);
    for (const key of Object.keys(patch)) {
      if (key === retainKeysDirective || key.startsWith(setOrderPrefix) || done.has(key)) continue;
      const value = patch[key] ?? null;
      if (key.startsWith(deleteFromListPrefix)) {
        this.#deleteFromList(merged, { name: key.slice(deleteFromListPrefix.length), values: value, schema });
      } else if (value === null) delete merged[key];
      else put(merged, key, this.#mergeField(Object.hasOwn(merged, key) ? merged[key] : undefined, value, { schema, key }));
    }
    return merged;
  }

  #mergeField(original: Json | undefined, patch: Json, { schema, key }: { schema: JsonSchema; key: string }): Json | undefined {
    if (isMap(original) && isMap(patch)) {
      const field = lookupField(this.#source, schema, key);
      return field.strategy === 'replace' ? patch : this.mergeMap(original, patch, field.schema);
    }
    if (!Array.isArray(original) || !Array.isArray(patch)) return asNew(patch);
    const field = lookupField(this.#source, schema, key);
    return field.strategy === 'merge' ? this.#mergeList(original, patch, field) : patch;
  }

  /** Fields with a `$setElementOrder` directive; returns the names of those whose list in the patch is used up. */
  #mergeOrderedLists(merged: JsonObject, patch: JsonObject, schema: JsonSchema): Set<string> {
    const done = new Set<string>();
    for (const directive of Object.keys(patch)) {
      if (!directive.startsWith(setOrderPrefix)) continue;
      const name = directive.slice(setOrderPrefix.length);
      const order = listAt(patch, directive) ?? [];
      const original = listAt(merged, name);
      const patchList = listAt(patch, name);
      const field = lookupField(this.#source, schema, name);
      checkSetOrder(patchList ?? [], order, field.mergeKey);
      if (!original && !patchList) continue;
      let list = original ?? [];
      if (patchList && !original) list = withoutDirectives(patchList) as Json[];
      else if (patchList) list = field.strategy === 'merge' ? this.#mergeList(list, patchList, field) : patchList;
      put(merged, name, orderElements(list, { mergeKey: field.mergeKey, wanted: order, live: original ?? [] }));
      done.add(name);
    }
    return done;
  }

  #deleteFromList(merged: JsonObject, { name, values, schema }: { name: string; values: Json; schema: JsonSchema }): void {
    const original = Object.hasOwn(merged, name) ? merged[name] : undefined;
    if (values === null) delete merged[name];
    else if (Array.isArray(original) && Array.isArray(values)) {
      const deleted = new Set(values);
      const field = lookupField(this.#source, schema, name);
      merged[name] = original.some(isMap) ? this.#mergeList(original, values, field) : original.filter((item) => !deleted.has(item));
    }
  }

  #mergeList(original: readonly Json[], patch: readonly Json[], { schema, mergeKey }: PatchField): Json[] {
    if (original.length === 0 && patch.length === 0) return [];
    requireOneType(original, patch);
    const all = [...original, ...patch];
    if (!isMap(all[0])) return orderElements([...new Set(all)], { mergeKey: '', wanted: patch, live: original });
    if (mergeKey === '') throw new StrategicPatchError('cannot merge lists without merge key for string');
    return this.#mergeListOfMaps(original as JsonObject[], patch as JsonObject[], { schema, mergeKey, strategy: 'merge' });
  }

  #mergeListOfMaps(original: readonly JsonObject[], patch: readonly JsonObject[], { schema, mergeKey }: PatchField): Json[] {
    const { kept, changes, replace } = applyListDirectives(original, patch, mergeKey);
    if (replace) return changes;
    const merged = [...kept];
    const places = indexById(merged, (item) => item[mergeKey]);
    for (const item of changes) {
      const id = item[mergeKey];
      if (id === undefined) throw missingMergeKey(item, mergeKey);
      const at = places.get(id);
      const existing = at === undefined ? undefined : merged[at];
      if (at !== undefined && existing) merged[at] = this.mergeMap(existing, item, schema);
      else places.set(id, merged.push(item) - 1);
    }
    return orderElements(merged, { mergeKey, wanted: changes, live: kept });
  }
}

/** Items with `$patch`: delete takes its match out of the original, replace makes the patch's other items the whole list. */
const applyListDirectives = (
  original: readonly JsonObject[],
  patch: readonly JsonObject[],
  mergeKey: string,
): { kept: readonly JsonObject[]; changes: JsonObject[]; replace: boolean } => {
  const deleted = new Set<Json>();
  let replace = false;
  const changes: JsonObject[] = [];
  for (const item of patch) {
    const directive = item[patchDirective];
    if (directive === undefined) changes.push(item);
    else if (directive === 'replace') replace = true;
    else if (directive === 'merge') throw new StrategicPatchError('merging lists cannot yet be specified in the patch');
    else if (directive !== 'delete') throw unknownDirective(directive, item);
    else {
      const id = item[mergeKey];
      if (id === undefined) throw missingMergeKey(item, mergeKey);
      deleted.add(id);
    }
  }
  const kept = deleted.size === 0 ? original : original.filter((item) => !deleted.has(item[mergeKey] ?? null));
  return { kept, changes, replace };
};

/**
 * Applies a strategic merge patch: a merge patch whose lists merge by key where the schema says so, with `$` directives. Neither
 * argument is changed.
 * @throws {StrategicPatchError}
 */
export const applyStrategicMergePatch = (original: JsonObject, patch: JsonObject, schema: SchemaSource): JsonObject =>
  new Merger(schema).mergeMap(original, deepClone(patch), schema.root);

import { deepClone } from '../../clone/deep-clone.ts';
import type { Json, JsonObject } from '../../meta/object.ts';
import { goPrint } from '../../text/go-print.ts';
import type { JsonSchema, SchemaSource } from '../../schema/json-schema.ts';
import {
  applyRetainKeys,
  deleteFromListPrefix,
  isMap,
  patchDirective,
  retainKeysDirective,
  setOrderPrefix,
  withoutDirectives,
} from './directives.ts';
import { checkSetOrder, orderElements } from './element-order.ts';
import { lookupField, type PatchField } from './patch-schema.ts';
import { missingMergeKey, StrategicPatchError, unknownDirective } from './strategic-patch-error.ts';

const put = (object: JsonObject, key: string, value: Json | undefined): void => {
  if (value === undefined) delete object[key];
  else if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
};

const listAt = (object: JsonObject, key: string): Json[] | undefined => {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) {
    throw new StrategicPatchError(`expected a []interface {}, but received a ${isMap(value) ? 'map[string]interface {}' : typeof value}`);
  }
  return value;
};

/** Merges with the schema of one kind. Patches and originals are never changed, what is returned may share parts of both. */
class Merger {
  readonly #source: SchemaSource;
  constructor(source: SchemaSource) {
    this.#source = source;
  }

  mergeMap(original: JsonObject, patch: JsonObject, schema: JsonSchema | undefined): JsonObject {
    const directive = patch[patchDirective];
    if (directive !== undefined) {
      if (directive === 'delete') return {};
      if (directive !== 'replace') throw unknownDirective(directive, patch);
      const { [patchDirective]: _, ...replacement } = patch;
      return withoutDirectives(replacement) as JsonObject;
    }
    const merged: JsonObject = { ...applyRetainKeys(original, patch) };
    const done = this.#mergeOrderedLists(merged, patch, schema);
    for (const key of Object.keys(patch)) {
      if (key === retainKeysDirective || key.startsWith(setOrderPrefix) || done.has(key)) continue;
      const value = patch[key] ?? null;
      if (value === null) delete merged[key];
      else if (key.startsWith(deleteFromListPrefix)) this.#deleteFromList(merged, key.slice(deleteFromListPrefix.length), value);
      else
        put(
          merged,
          key,
          this.#mergeField(Object.hasOwn(merged, key) ? merged[key] : undefined, value, lookupField(this.#source, schema, key)),
        );
    }
    return merged;
  }

  #mergeField(original: Json | undefined, patch: Json, field: PatchField): Json | undefined {
    if (isMap(original) && isMap(patch)) return field.strategy === 'replace' ? patch : this.mergeMap(original, patch, field.schema);
    if (!Array.isArray(original) || !Array.isArray(patch)) return withoutDirectives(patch);
    return field.strategy === 'merge' ? this.#mergeList(original, patch, field) : (withoutDirectives(patch) ?? null);
  }

  /** Fields with a `$setElementOrder` directive; returns the names of those whose list in the patch is used up. */
  #mergeOrderedLists(merged: JsonObject, patch: JsonObject, schema: JsonSchema | undefined): Set<string> {
    const done = new Set<string>();
    for (const directive of Object.keys(patch)) {
      if (!directive.startsWith(setOrderPrefix)) continue;
      const name = directive.slice(setOrderPrefix.length);
      const order = listAt(patch, directive);
      const original = listAt(merged, name);
      const patchList = listAt(patch, name);
      if (!order || (!original && !patchList) || patch[name] === null) continue;
      const field = lookupField(this.#source, schema, name);
      if (patchList) checkSetOrder(patchList, order, field.mergeKey);
      let list = original ?? [];
      if (patchList && !original) list = (withoutDirectives(patchList) as Json[] | undefined) ?? [];
      else if (patchList && field.strategy === 'merge') list = this.#mergeList(list, patchList, field);
      else if (patchList) list = (withoutDirectives(patchList) as Json[] | undefined) ?? [];
      put(merged, name, orderElements(list, { mergeKey: field.mergeKey, wanted: order, live: original ?? [] }));
      done.add(name);
    }
    return done;
  }

  #deleteFromList(merged: JsonObject, name: string, values: Json): void {
    const original = listAt(merged, name);
    if (!original) return;
    if (!Array.isArray(values)) throw new StrategicPatchError('invalid patch format of primitive list');
    merged[name] = original.filter((item) => !values.includes(item));
  }

  #mergeList(original: readonly Json[], patch: readonly Json[], { schema, mergeKey }: PatchField): Json[] {
    if (original.length === 0 && patch.length === 0) return [];
    const all = [...original, ...patch];
    if (all.some(Array.isArray)) throw new StrategicPatchError('lists of lists are not supported');
    if (!all.some(isMap)) return orderElements([...new Set(all)], { mergeKey: '', wanted: patch, live: original });
    if (!all.every(isMap)) throw new StrategicPatchError(`list element types are not identical: ${goPrint([original, patch])}`);
    if (mergeKey === '') throw new StrategicPatchError('cannot merge lists without merge key');
    return this.#mergeListOfMaps(original as JsonObject[], patch as JsonObject[], { schema, mergeKey, strategy: 'merge' });
  }

  #mergeListOfMaps(original: readonly JsonObject[], patch: readonly JsonObject[], { schema, mergeKey }: PatchField): Json[] {
    const { kept, changes, replace } = applyListDirectives(original, patch, mergeKey);
    if (replace) return changes;
    const merged = [...kept];
    for (const item of changes) {
      const id = item[mergeKey];
      if (id === undefined) throw missingMergeKey(item, mergeKey);
      const at = merged.findIndex((candidate) => candidate[mergeKey] === id);
      const existing = merged[at];
      if (existing) merged[at] = this.mergeMap(existing, item, schema);
      else merged.push((withoutDirectives(item) as JsonObject | undefined) ?? {});
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
  let kept = original;
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
      kept = kept.filter((candidate) => candidate[mergeKey] !== id);
    }
  }
  return { kept, changes, replace };
};

/**
 * Applies a strategic merge patch: a merge patch whose lists merge by key where the schema says so, with `$` directives. Neither
 * argument is changed.
 * @throws {StrategicPatchError}
 */
export const applyStrategicMergePatch = (original: JsonObject, patch: JsonObject, schema: SchemaSource): JsonObject =>
  new Merger(schema).mergeMap(original, deepClone(patch), schema.root);

import { jsonEqual } from '../equality/json-equal.ts';
import type { JsonObject, ManagedFieldsEntry } from '../meta/object.ts';
import { mergeTypeOf } from './compile-merge-type.ts';
import { allFields, withoutSystemFields } from './field-filters.ts';
import { createdFields } from './created-fields.ts';
import { emptyFieldSet, unionFieldSets, type FieldSet } from './field-set.ts';
import {
  capUpdateManagers,
  decodeManagers,
  encodeManager,
  encodeManagers,
  managerId,
  storedManagers,
  type Manager,
  type ManagerId,
  type Managers,
} from './manager.ts';
import type { MergeType } from './merge-type.ts';
import { addFields, changedFields, reconcileManagers, takeOver } from './ownership.ts';
import { StoredFieldSet } from './stored-field-set.ts';
import { VersionedComparison, type FieldFilter, type TypedObject, type VersionedKind } from './versions.ts';

/** Who writes, by which request. */
export interface WriteContext {
  /** The fieldManager parameter, or what stands for it (the user agent up to the first slash). '' becomes `unknown`. */
  readonly manager: string;
  /** Version of the request: both objects are in it. */
  readonly apiVersion: string;
  /** '' for the main resource. */
  readonly subresource: string;
  /** RFC 3339, second precision. */
  readonly time: string;
  /** The fields that this request may own; all by default. See excludeFields. */
  readonly filter?: FieldFilter;
  readonly kind: VersionedKind;
}

const metadataOf = (object: JsonObject): JsonObject => (object['metadata'] ?? {}) as JsonObject;
const entriesOf = (object: JsonObject): ManagedFieldsEntry[] | undefined =>
  (metadataOf(object)['managedFields'] ?? undefined) as ManagedFieldsEntry[] | undefined;

/** `[{}]` resets, and so does `[]` where it survives decoding: custom resources' metadata drops empty lists. */
const isReset = (entries: readonly ManagedFieldsEntry[] | undefined, isGoType: boolean): boolean =>
  entries !== undefined && (entries.length === 0 ? isGoType : entries.length === 1 && Object.keys(entries[0] ?? {}).length === 0);

const orEmpty = (read: typeof decodeManagers, entries: readonly ManagedFieldsEntry[] | undefined): Map<ManagerId, Manager> => {
  try {
    return read(entries);
  } catch {
    return new Map();
  }
};

/** What the request says about managed fields counts when it is sound; `[]` and `[{}]` reset; else the live object's stay. */
const startingManagers = (
  stored: readonly ManagedFieldsEntry[] | undefined,
  requested: readonly ManagedFieldsEntry[] | undefined,
  isGoType: boolean,
): Map<ManagerId, Manager> => {
  if (isReset(requested, isGoType)) return new Map();
  const isSame = requested === undefined || jsonEqual(requested, stored);
  const managers = isSame ? undefined : orEmpty(decodeManagers, requested);
  return managers && managers.size > 0 ? managers : orEmpty(storedManagers, stored);
};

const mergeTypeIn = ({ kind, apiVersion }: WriteContext): MergeType => {
  const schema = kind.schema(apiVersion);
  if (!schema) throw new Error(`no schema for ${apiVersion}`);
  return mergeTypeOf(schema);
};

/** The object as a typed value: bookkeeping of managers is nobody's field. */
export const typedObject = (object: JsonObject, context: WriteContext): TypedObject => {
  const { managedFields: _, ...metadata } = metadataOf(object);
  return { value: { ...object, metadata }, type: mergeTypeIn(context), apiVersion: context.apiVersion };
};

const updater = ({ manager, apiVersion, subresource, time }: Omit<WriteContext, 'kind'>): Manager => ({
  name: manager === '' ? 'unknown' : manager,
  operation: 'Update',
  apiVersion,
  subresource,
  time,
  fields: emptyFieldSet,
});

/** Ownership after a write that replaced `live` by `next`: who changed what owns it, everybody else loses it. */
export function recordUpdate(
  { live, next }: { live: TypedObject; next: TypedObject },
  managers: Managers,
  { manager, apiVersion, subresource, time, filter = allFields, kind }: WriteContext,
): Map<ManagerId, Manager> {
  const comparison = new VersionedComparison(kind, { live, next, filter });
  const self = updater({ manager, apiVersion, subresource, time });
  const id = managerId(self);
  const { managers: remaining } = takeOver(reconcileManagers(kind, live, managers), '', comparison);
  const fields = withoutSystemFields(filter(changedFields(comparison, apiVersion)));
  if (fields.size > 0) remaining.set(id, { ...self, fields: addFields(remaining.get(id)?.fields ?? emptyFieldSet, fields) });
  return capUpdateManagers(remaining, unionFieldSets);
}

export interface TrackUpdateOptions extends WriteContext {
  /** The stored object; undefined when `new` is created. In the request's version, defaults set. */
  readonly old: JsonObject | undefined;
  /** What the request wants to store, defaults set, before admission. */
  readonly new: JsonObject;
}

/** Managers of a new object that came with none. */
const creator = (object: JsonObject, context: WriteContext, unowned: FieldSet): ManagedFieldsEntry[] | undefined => {
  const fields = new StoredFieldSet(createdFields(object, mergeTypeIn(context), unowned));
  return fields.size > 0 ? [encodeManager({ ...updater(context), fields })] : undefined;
};

/** metadata.managedFields after a create, update or patch other than apply; undefined when there are none. */
export function trackUpdate(options: TrackUpdateOptions): ManagedFieldsEntry[] | undefined {
  const { old, new: next, apiVersion, subresource, filter: { unowned } = allFields } = options;
  if (!old && !entriesOf(next) && unowned) return creator(next, options, unowned);
  const live = typedObject(old ?? { apiVersion, kind: next['kind'] ?? '', metadata: {} }, options);
  const requested = subresource === '' ? entriesOf(next) : undefined;
  const managers = startingManagers(old && entriesOf(old), requested, live.type.map?.isGoType ?? false);
  // An object whose managers were reset stays untracked until somebody applies.
  if (managers.size === 0 && old) return undefined;
  return encodeManagers(recordUpdate({ live, next: typedObject(next, options) }, managers, options));
}

import { jsonEqual } from '../equality/json-equal.ts';
import type { JsonObject, ManagedFieldsEntry } from '../meta/object.ts';

const withoutTimes = (entries: readonly ManagedFieldsEntry[] | undefined): ManagedFieldsEntry[] =>
  (entries ?? []).map((entry) => ({ ...entry, time: '' }));

const split = (object: JsonObject): { entries: ManagedFieldsEntry[] | undefined; rest: JsonObject; metadata: JsonObject } => {
  const { managedFields, ...metadata } = (object['metadata'] ?? {}) as JsonObject;
  return { entries: managedFields as ManagedFieldsEntry[] | undefined, rest: { ...object, metadata: {} }, metadata };
};

/**
 * Asked last, after defaults and admission: when a write changes nothing but times in managedFields, the stored times stay, so that
 * the write is no write at all. The resource version must be the stored one.
 */
export function keepTimestampsIfUnchanged(next: JsonObject, stored: JsonObject): JsonObject {
  const after = split(next);
  const before = split(stored);
  if (!jsonEqual(withoutTimes(after.entries), withoutTimes(before.entries))) return next;
  if (!jsonEqual(after.metadata, before.metadata) || !jsonEqual(after.rest, before.rest)) return next;
  const managedFields = (before.entries ?? null) as unknown as JsonObject[] | null;
  return { ...next, metadata: { ...after.metadata, ...(managedFields ? { managedFields } : {}) } };
}

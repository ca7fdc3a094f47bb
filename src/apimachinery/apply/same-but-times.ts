import { jsonEqualBut } from '../equality/json-equal.ts';
import type { JsonObject, ManagedFieldsEntry } from '../meta/object.ts';

const timeField: ReadonlySet<string> = new Set(['time']);
const managersField: ReadonlySet<string> = new Set(['managedFields']);
const metadataField: ReadonlySet<string> = new Set(['metadata']);

type Entries = readonly ManagedFieldsEntry[];

const sameEntries = (a: Entries, b: Entries): boolean =>
  a.length === b.length && a.every((entry, i) => jsonEqualBut(timeField, entry, b[i] as ManagedFieldsEntry));

const metadataOf = (object: JsonObject): JsonObject => (object['metadata'] ?? {}) as JsonObject;
const entriesOf = (metadata: JsonObject): Entries => (metadata['managedFields'] ?? []) as Entries;

/**
 * Asked last, after defaults and admission: whether a write changes nothing but times in managedFields. Then the stored times stay, and
 * the write is no write at all. The resource version must be the stored one.
 */
export const sameButTimes = (next: JsonObject, stored: JsonObject): boolean => {
  const [after, before] = [metadataOf(next), metadataOf(stored)];
  return (
    sameEntries(entriesOf(after), entriesOf(before)) &&
    jsonEqualBut(managersField, after, before) &&
    jsonEqualBut(metadataField, next, stored)
  );
};

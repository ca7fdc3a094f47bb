import { goQuote } from '../text/go-quote.ts';
import type { JsonObject, ManagedFieldsEntry } from '../meta/object.ts';
import { emptyFieldSet, type FieldSet } from './field-set.ts';
import { decodeFieldsV1, encodeFieldsV1 } from './fields-v1.ts';
import { StoredFieldSet } from './stored-field-set.ts';

/** Who owns which fields. Managers are told apart by name, operation, subresource and, for updates, version. */
export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  /** RFC 3339, when the manager last changed something. */
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

export type ManagerId = string;
export type Managers = ReadonlyMap<ManagerId, Manager>;

/** An applier keeps its identity when it moves to another version; an updater becomes another one. */
export const managerId = ({ name, operation, apiVersion, subresource }: Omit<Manager, 'time' | 'fields'>): ManagerId =>
  JSON.stringify([name, operation, operation === 'Apply' ? '' : apiVersion, subresource]);

/**
 * Reads metadata.managedFields of a request.
 * @throws {Error} on entries that no server writes
 */
export const decodeManagers = (entries: readonly ManagedFieldsEntry[] | undefined): Map<ManagerId, Manager> =>
  readManagers(entries, decodeFieldsV1);

/**
 * Reads metadata.managedFields of a stored object: what encodeManagers wrote.
 * @throws {Error} on entries that no server writes
 */
export const storedManagers = (entries: readonly ManagedFieldsEntry[] | undefined): Map<ManagerId, Manager> =>
  readManagers(entries, (fields) => new StoredFieldSet(fields));

const readManagers = (
  entries: readonly ManagedFieldsEntry[] | undefined,
  readFields: (fields: JsonObject) => FieldSet,
): Map<ManagerId, Manager> => {
  const managers = new Map<ManagerId, Manager>();
  (entries ?? []).forEach((entry, i) => {
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') throw new Error('operation must be `Apply` or `Update`');
    if (!entry.apiVersion) throw new Error('apiVersion must not be empty');
    if (!entry.fieldsType) throw new Error(`missing fieldsType in managed fields entry ${i}`);
    if (entry.fieldsType !== 'FieldsV1') throw new Error(`invalid fieldsType ${goQuote(entry.fieldsType)} in managed fields entry ${i}`);
    const manager: Manager = {
      name: entry.manager ?? '',
      operation: entry.operation,
      apiVersion: entry.apiVersion,
      subresource: entry.subresource ?? '',
      time: entry.time,
      fields: readFields((entry.fieldsV1 ?? {}) as JsonObject),
    };
    managers.set(managerId(manager), manager);
  });
  return managers;
};

const secondsOf = ({ time }: Manager): number => (time === undefined ? 0 : Math.floor(Date.parse(time) / 1000));
const compareTimes = (a: Manager, b: Manager): number => (a.time === b.time ? 0 : secondsOf(a) - secondsOf(b));

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const compareManagers = (a: Manager, b: Manager): number =>
  compareText(a.operation, b.operation) ||
  compareTimes(a, b) ||
  compareText(a.name, b.name) ||
  compareText(a.apiVersion, b.apiVersion) ||
  compareText(a.subresource, b.subresource);

/** Writes metadata.managedFields: appliers first, then by time and name; undefined when nobody owns anything. */
export function encodeManagers(managers: Managers): ManagedFieldsEntry[] | undefined {
  if (managers.size === 0) return undefined;
  return [...managers.values()].toSorted(compareManagers).map(encodeManager);
}

/** One entry of metadata.managedFields. */
export const encodeManager = ({ name, operation, apiVersion, subresource, time, fields }: Manager): ManagedFieldsEntry => {
  const entry: ManagedFieldsEntry = name === '' ? { operation } : { manager: name, operation };
  entry.apiVersion = apiVersion;
  if (time !== undefined) entry.time = time;
  entry.fieldsType = 'FieldsV1';
  entry.fieldsV1 = fields instanceof StoredFieldSet ? fields.fieldsV1 : encodeFieldsV1(fields);
  if (subresource !== '') entry.subresource = subresource;
  return entry;
};

/** `"kubectl" with subresource "status" using apps/v1`: how conflicts name a manager; appliers without their version. */
export const describeManager = ({ name, operation, apiVersion, subresource }: Manager): string =>
  `${goQuote(name)}${subresource === '' ? '' : ` with subresource ${goQuote(subresource)}`}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;

/** Later managers are merged into one with this name when there are too many. */
const ancientChanges = 'ancient-changes';
const maxUpdateManagers = 10;

type Merge = (a: FieldSet, b: FieldSet) => FieldSet;

/** Pairs of pairs: merging one after the other would walk the growing whole for each. */
const mergeAll = (parts: readonly FieldSet[], merge: Merge): FieldSet => {
  if (parts.length <= 1) return parts[0] ?? emptyFieldSet;
  const middle = parts.length >> 1;
  return merge(mergeAll(parts.slice(middle), merge), mergeAll(parts.slice(0, middle), merge));
};

/** Keeps at most ten updaters: the oldest of each version are merged into `ancient-changes`. */
export function capUpdateManagers(managers: Managers, merge: Merge): Map<ManagerId, Manager> {
  const capped = new Map(managers);
  if (capped.size <= maxUpdateManagers) return capped;
  const updaters = [...managers]
    .filter(([, { operation }]) => operation === 'Update')
    .toSorted(([aId, a], [bId, b]) => compareTimes(a, b) || compareText(aId, bId));
  const firstOfVersion = new Map<string, ManagerId>();
  const merging = new Map<ManagerId, FieldSet[]>();
  let excess = updaters.length - maxUpdateManagers;
  for (const [id, manager] of updaters) {
    if (excess <= 0) break;
    const { apiVersion, time } = manager;
    const first = firstOfVersion.get(apiVersion);
    if (first === undefined) {
      firstOfVersion.set(apiVersion, id);
      continue;
    }
    const bucket: Manager = { name: ancientChanges, operation: 'Update', apiVersion, subresource: '', time, fields: manager.fields };
    const bucketId = managerId(bucket);
    const oldest = capped.get(first);
    if (!capped.has(bucketId) && oldest) {
      capped.delete(first);
      capped.set(bucketId, { ...bucket, fields: oldest.fields });
    }
    const before = capped.get(bucketId)?.fields;
    const parts = merging.get(bucketId) ?? (before ? [before] : []);
    parts.push(manager.fields);
    merging.set(bucketId, parts);
    capped.delete(id);
    capped.set(bucketId, bucket);
    excess--;
  }
  for (const [id, parts] of merging) {
    const bucket = capped.get(id);
    if (bucket) capped.set(id, { ...bucket, fields: mergeAll(parts, merge) });
  }
  return capped;
}

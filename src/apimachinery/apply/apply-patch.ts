import { badRequest } from '../errors/api-errors.ts';
import { jsonEqual } from '../equality/json-equal.ts';
import { parseGroupVersion } from '../meta/group-version.ts';
import type { JsonObject, ManagedFieldsEntry } from '../meta/object.ts';
import { conflictError } from './conflict-error.ts';
import { allFields, withoutSystemFields } from './field-filters.ts';
import { conflictsBeyondLastApplied, kubectlManager, withLastApplied } from './last-applied.ts';
import { encodeManagers, managerId, storedManagers, type Manager, type ManagerId, type Managers } from './manager.ts';
import { mergeValues } from './merge-values.ts';
import { reconcileManagers, takeOver } from './ownership.ts';
import { prune } from './prune.ts';
import { toFieldSet } from './to-field-set.ts';
import { recordUpdate, typedObject, type WriteContext } from './track-update.ts';
import { valueError } from './validate-value.ts';
import { VersionedComparison, type TypedObject } from './versions.ts';

export interface ApplyPatchOptions extends WriteContext {
  /** The stored object in the request's version; undefined when apply creates it. */
  readonly live: JsonObject | undefined;
  /** The applied configuration, as decoded. */
  readonly patch: JsonObject;
  /** Take over what others own instead of answering a conflict. */
  readonly force: boolean;
}

export interface ApplyResult {
  /** The merged object with its new managedFields. Defaults, admission and validation come next. */
  readonly object: JsonObject;
  readonly managedFields: ManagedFieldsEntry[] | undefined;
  /** False when the merged object equals the live one; managedFields may have changed all the same. */
  readonly changed: boolean;
}

/** Whom the fields belong to that existed before the first apply and had no manager. */
const beforeFirstApply = 'before-first-apply';

const describeKind = (object: JsonObject): string => {
  const { group, version } = parseGroupVersion(String(object['apiVersion'] ?? ''));
  return `${group === '' ? '' : group}/${version}, Kind=${String(object['kind'] ?? '')}`;
};

const check = ({ patch, apiVersion }: ApplyPatchOptions, config: TypedObject): void => {
  if (patch['apiVersion'] !== apiVersion) {
    const specified = String(patch['apiVersion'] ?? '');
    throw badRequest(`Incorrect version specified in apply patch. Specified patch version: ${specified}, expected: ${apiVersion}`);
  }
  const metadata = patch['metadata'] as JsonObject | undefined;
  if (metadata?.['managedFields'] !== undefined && metadata['managedFields'] !== null)
    throw badRequest('metadata.managedFields must be nil');
  const message = valueError(config.value, config.type);
  if (message === undefined) return;
  const name = `${String(metadata?.['namespace'] ?? '')}/${String(metadata?.['name'] ?? '')}`;
  throw badRequest(`failed to create typed patch object (${name}; ${describeKind(patch)}): ${message}`);
};

const decodeLive = (live: JsonObject): Map<ManagerId, Manager> => {
  try {
    return storedManagers((live['metadata'] as JsonObject | undefined)?.['managedFields'] as ManagedFieldsEntry[] | undefined);
  } catch (error) {
    throw badRequest(`failed to decode managed fields: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const managersBefore = (live: TypedObject, stored: JsonObject, options: ApplyPatchOptions): Managers => {
  const managers = decodeLive(stored);
  if (managers.size > 0) return managers;
  const empty = typedObject({ apiVersion: options.apiVersion, kind: stored['kind'] ?? '', metadata: {} }, options);
  return recordUpdate({ live: empty, next: live }, managers, { ...options, manager: beforeFirstApply });
};

/**
 * Server-side apply (KEP-555): merges a configuration into the live object, gives its fields to the manager, and removes what the
 * manager applied before and nobody owns any more.
 * @throws {StatusError} Conflict when others own fields that would change, BadRequest when the configuration does not fit the schema
 */
export function applyPatch(options: ApplyPatchOptions): ApplyResult {
  const { patch, manager, apiVersion, subresource, time, filter = allFields, force, kind } = options;
  const stored = options.live ?? { apiVersion, kind: patch['kind'] ?? '', metadata: {} };
  const config = typedObject(patch, options);
  check(options, config);
  const live = typedObject(stored, options);
  const managers = reconcileManagers(kind, live, managersBefore(live, stored, options));
  const self = { name: manager === '' ? 'unknown' : manager, operation: 'Apply' as const, apiVersion, subresource };
  const id = managerId(self);
  const last = managers.get(id);

  const fields = filter(toFieldSet(config.value, config.type));
  managers.set(id, { ...self, time: last?.time, fields });
  const merged = { ...live, value: mergeValues(live.value, config.value, live.type) };
  const { object: next, emptied } = prune(kind, merged, { managers, last });

  const { managers: remaining, conflicts } = takeOver(managers, id, new VersionedComparison(kind, { live, next, filter }));
  if (!force && conflicts.length > 0) {
    const left = manager === kubectlManager ? conflictsBeyondLastApplied(conflicts, live) : conflicts;
    if (left.length > 0) throw conflictError(left);
  }
  // Go types do not write empty maps and lists; custom resources keep what somebody still owns.
  if (next.type.map?.isGoType) for (const { container, key } of emptied) delete container[key];
  // Managers that are said to be none are another object all the same.
  const saysManagers = Object.hasOwn((patch['metadata'] ?? {}) as JsonObject, 'managedFields');
  const changed = saysManagers || !jsonEqual(live.value, next.value);
  const owned = withoutSystemFields(fields);
  if (owned.size === 0) remaining.delete(id);
  else remaining.set(id, { ...self, time: changed ? time : last?.time, fields: owned });

  const managedFields = encodeManagers(remaining);
  const object = manager === kubectlManager ? withLastApplied(next.value, patch) : next.value;
  const metadata = {
    ...(object['metadata'] as JsonObject),
    ...(managedFields ? { managedFields: managedFields as unknown as JsonObject[] } : {}),
  };
  return { object: { ...object, metadata }, managedFields, changed };
}

import { emptyFieldSet, intersectFieldSets, subtractFieldSets, unionFieldSets, type FieldSet } from './field-set.ts';
import type { Manager, ManagerId, Managers } from './manager.ts';
import { reconcileFieldSet } from './reconcile-field-set.ts';
import { StoredFieldSet } from './stored-field-set.ts';
import { convertTo, type TypedObject, type VersionedComparison, type VersionedKind } from './versions.ts';

/** Fields that a manager owns and somebody else is about to change. */
export interface Conflict {
  readonly manager: Manager;
  readonly fields: FieldSet;
}

/** Sets fitted to today's schemas; managers of versions that are no longer served are forgotten. */
export function reconcileManagers(kind: VersionedKind, live: TypedObject, managers: Managers): Map<ManagerId, Manager> {
  const reconciled = new Map<ManagerId, Manager>();
  for (const [id, manager] of managers) {
    const typed = convertTo(kind, live, manager.apiVersion);
    if (!typed) continue;
    const isCurrent = manager.fields instanceof StoredFieldSet && manager.fields.fits(typed.type);
    const fields = isCurrent ? manager.fields : reconcileFieldSet(manager.fields, typed.type);
    reconciled.set(id, fields === manager.fields ? manager : { ...manager, fields });
  }
  return reconciled;
}

const commonFields = (owned: FieldSet, set: FieldSet): FieldSet =>
  owned instanceof StoredFieldSet && !owned.intersects(set) ? emptyFieldSet : intersectFieldSets(owned, set);

/**
 * Takes from everybody but `self` what changed or went away. What changed is returned as conflicts: without force the caller gives up
 * on any, and nobody has lost anything.
 */
export function takeOver(
  managers: Managers,
  self: ManagerId,
  comparison: VersionedComparison,
): { managers: Map<ManagerId, Manager>; conflicts: Conflict[] } {
  const remaining = new Map<ManagerId, Manager>();
  const conflicts: Conflict[] = [];
  for (const [id, manager] of managers) {
    if (id === self) {
      if (manager.fields.size > 0) remaining.set(id, manager);
      continue;
    }
    const change = comparison.at(manager.apiVersion);
    if (!change) continue;
    const conflicting = commonFields(manager.fields, change.changed);
    if (conflicting.size > 0) conflicts.push({ manager, fields: conflicting });
    const fields = subtractFieldSets(manager.fields, unionFieldSets(conflicting, commonFields(manager.fields, change.removed)));
    if (fields.size > 0) remaining.set(id, fields === manager.fields ? manager : { ...manager, fields });
  }
  return { managers: remaining, conflicts };
}

/** What an update makes its manager own: everything it added or changed. */
export const changedFields = (comparison: VersionedComparison, apiVersion: string): FieldSet => {
  const change = comparison.at(apiVersion);
  return change?.changed ?? emptyFieldSet;
};

/** The paths of both; the very set that was owned when it had them all. */
export const addFields = (owned: FieldSet, fields: FieldSet): FieldSet =>
  owned instanceof StoredFieldSet && owned.includes(fields) ? owned : unionFieldSets(fields, owned);

import type { ManagedFieldsEntry } from '../meta/object.ts';
import { fieldSetOf, hasFieldPath, subtractFieldSets, unionFieldSets } from './field-set.ts';
import { decodeManagers, encodeManagers, managerId, type Manager, type ManagerId } from './manager.ts';
import { fieldElement } from './path-element.ts';

const scaleVersion = 'autoscaling/v1';
const scaleReplicas = [fieldElement('spec'), fieldElement('replicas')];

/** Where each version of the parent kind keeps replicas, such as `{'apps/v1': ['spec', 'replicas']}`. */
export type ReplicasPaths = Readonly<Record<string, readonly string[]>>;

const scaleId = (manager: Manager): ManagerId => managerId({ ...manager, apiVersion: scaleVersion });

/** The managers of a Scale: everybody who owns the parent's replicas. */
export function toScaleManagers(parent: readonly ManagedFieldsEntry[] | undefined, paths: ReplicasPaths): ManagedFieldsEntry[] | undefined {
  const managers = new Map<ManagerId, Manager>();
  for (const manager of decodeManagers(parent).values()) {
    const path = paths[manager.apiVersion]?.map(fieldElement);
    if (!path || !hasFieldPath(manager.fields, path)) continue;
    const scaled = { ...manager, apiVersion: scaleVersion, fields: fieldSetOf(scaleReplicas) };
    managers.set(managerId(scaled), scaled);
  }
  return encodeManagers(managers);
}

/**
 * The parent's managers after a write of its Scale: who lost replicas there loses them here, who won them owns them in `apiVersion`.
 */
export function toParentManagers(
  parent: readonly ManagedFieldsEntry[] | undefined,
  scale: readonly ManagedFieldsEntry[] | undefined,
  { paths, apiVersion }: { paths: ReplicasPaths; apiVersion: string },
): ManagedFieldsEntry[] | undefined {
  // Of a Scale there is nothing else that the parent would have.
  const owners = [...decodeManagers(scale).values()].filter(({ fields }) => hasFieldPath(fields, scaleReplicas));
  const scaled = new Map(owners.map((manager) => [scaleId(manager), manager] as const));
  const result = new Map<ManagerId, Manager>();
  for (const [id, manager] of decodeManagers(parent)) {
    const path = paths[manager.apiVersion]?.map(fieldElement);
    if (!path) continue;
    const owner = hasFieldPath(manager.fields, path) ? scaled.get(scaleId(manager)) : undefined;
    if (owner) {
      result.set(id, { ...manager, time: owner.time });
      scaled.delete(scaleId(manager));
      continue;
    }
    const fields = subtractFieldSets(manager.fields, fieldSetOf(path));
    if (fields.size > 0) result.set(id, { ...manager, fields });
  }
  const path = paths[apiVersion]?.map(fieldElement);
  for (const owner of path ? scaled.values() : []) {
    const manager = { ...owner, apiVersion, fields: fieldSetOf(path ?? []) };
    const known = result.get(managerId(manager));
    result.set(managerId(manager), known ? { ...known, time: owner.time, fields: unionFieldSets(known.fields, manager.fields) } : manager);
  }
  return encodeManagers(result);
}

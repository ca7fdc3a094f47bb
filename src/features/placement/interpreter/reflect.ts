import type { JsonObject, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { annotations } from '../api/names.ts';
import { kindKey, numberOr, objectAt } from './fields.ts';

const withGeneration = new Set([
  'apps/v1/Deployment',
  'apps/v1/StatefulSet',
  'apps/v1/ReplicaSet',
  'apps/v1/DaemonSet',
  'policy/v1/PodDisruptionBudget',
]);

/** Whether the member's controllers have seen the object's newest generation; kinds that do not tell count as seen. Pure. */
export const isObserved = (object: UnstructuredObject): boolean =>
  !withGeneration.has(kindKey(object)) ||
  numberOr(objectAt(object, 'status')['observedGeneration'], 0) >= (object.metadata.generation ?? 0);

/**
 * InterpretStatus: what the hub keeps of a member object's status. For kinds with observedGeneration it adds the member's `generation` and the
 * `resourceTemplateGeneration` that the object was made from, so that the hub can tell whether the status is of the newest template.
 */
export const reflectStatus = (object: UnstructuredObject): JsonObject | undefined => {
  const status = objectAt(object, 'status');
  if (object['status'] === undefined) return undefined;
  if (!withGeneration.has(kindKey(object))) return status;
  const templateGeneration = Number(object.metadata.annotations?.[annotations.templateGeneration] ?? 0);
  return { ...status, generation: object.metadata.generation ?? 0, resourceTemplateGeneration: templateGeneration };
};

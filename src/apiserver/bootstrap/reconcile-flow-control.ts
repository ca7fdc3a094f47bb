import { semanticEqual } from '../../apimachinery/equality/semantic-equal.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';

const autoUpdate = 'apf.kubernetes.io/autoupdate-spec';
/** Kept as they are, whatever an administrator wants. */
const mandatory = new Set(['exempt', 'catch-all']);

const hasWanted = (actual: unknown, wanted: unknown): boolean => {
  if (wanted === null || typeof wanted !== 'object' || Array.isArray(wanted)) return semanticEqual(actual, wanted);
  if (actual === null || typeof actual !== 'object') return semanticEqual(actual, wanted);
  return Object.entries(wanted).every(([key, value]) => hasWanted((actual as Record<string, unknown>)[key], value));
};

/** Sets the default spec of a FlowSchema or PriorityLevelConfiguration back, unless an administrator took it over. */
export const reconcileFlowControl = (object: UnstructuredObject, wanted: UnstructuredObject): void | false => {
  const isMandatory = mandatory.has(object.metadata.name);
  const annotation = object.metadata.annotations?.[autoUpdate];
  const isAutomatic = annotation === undefined ? (object.metadata.generation ?? 1) <= 1 : annotation === 'true';
  if (!isMandatory && !isAutomatic) return false;
  if (hasWanted(object['spec'], wanted['spec']) && annotation !== undefined) return false;
  object['spec'] = structuredClone(wanted['spec']);
  if (annotation === undefined || isMandatory) object.metadata.annotations = { ...object.metadata.annotations, [autoUpdate]: 'true' };
  return undefined;
};

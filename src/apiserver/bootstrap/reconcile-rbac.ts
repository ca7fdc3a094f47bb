import { semanticEqual } from '../../apimachinery/equality/semantic-equal.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { uncovered } from '../authorization/policy-rule.ts';
import { roleRefOf, rulesOf, subjectsOf } from '../authorization/role-objects.ts';

const autoUpdate = 'rbac.authorization.kubernetes.io/autoupdate';

/** An administrator turns automatic updates off by setting the annotation to anything but "true". */
export const isAutoUpdated = (object: UnstructuredObject): boolean => object.metadata.annotations?.[autoUpdate] === 'true';

const missingEntries = (wanted: Record<string, string> | undefined, actual: Record<string, string> | undefined): boolean =>
  Object.entries(wanted ?? {}).some(([key, value]) => actual?.[key] !== value);

const mergeMetadata = (object: UnstructuredObject, wanted: UnstructuredObject): void => {
  object.metadata.labels = { ...object.metadata.labels, ...wanted.metadata.labels };
  object.metadata.annotations = { ...object.metadata.annotations, ...wanted.metadata.annotations };
};

const metadataDiffers = (object: UnstructuredObject, wanted: UnstructuredObject): boolean =>
  missingEntries(wanted.metadata.labels, object.metadata.labels) ||
  missingEntries(wanted.metadata.annotations, object.metadata.annotations);

/** Adds the default permissions that a role lacks; what administrators added stays. False when nothing is missing. */
export const reconcileRole = (role: UnstructuredObject, wanted: UnstructuredObject): void | false => {
  if (!isAutoUpdated(role)) return false;
  const [owned, defaults] = [rulesOf(role), rulesOf(wanted)];
  // Nearly always they are the very same: to break a hundred roles down took a twentieth of a start.
  const rules = wanted['aggregationRule'] || semanticEqual(owned, defaults) ? [] : uncovered(owned, defaults);
  const aggregation = wanted['aggregationRule'] !== undefined && role['aggregationRule'] === undefined;
  if (rules.length === 0 && !aggregation && !metadataDiffers(role, wanted)) return false;
  mergeMetadata(role, wanted);
  if (rules.length > 0) role['rules'] = [...owned, ...rules];
  if (aggregation) role['aggregationRule'] = wanted['aggregationRule'];
  return undefined;
};

/** Adds the default subjects that a binding lacks. False when nothing is missing. */
export const reconcileBinding = (binding: UnstructuredObject, wanted: UnstructuredObject): void | false => {
  if (!isAutoUpdated(binding)) return false;
  const missing = subjectsOf(wanted).filter((subject) => !subjectsOf(binding).some((other) => semanticEqual(subject, other)));
  if (missing.length === 0 && !metadataDiffers(binding, wanted)) return false;
  mergeMetadata(binding, wanted);
  binding['subjects'] = [...subjectsOf(binding), ...missing];
  return undefined;
};

/** A binding cannot change its role: such a one is made anew. */
export const bindsAnotherRole = (binding: UnstructuredObject, wanted: UnstructuredObject): boolean =>
  isAutoUpdated(binding) && !semanticEqual(roleRefOf(binding), roleRefOf(wanted));

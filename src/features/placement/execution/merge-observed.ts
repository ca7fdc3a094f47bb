import { deepClone } from '../../../apimachinery/clone/deep-clone.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { annotations } from '../api/names.ts';
import { retain } from '../interpreter/retain.ts';

/**
 * The object to write over what a member has: the manifest, with the member's resourceVersion, finalizers, owner references, status, and its
 * foreign labels and annotations. A label or annotation that an earlier manifest set and this one does not is dropped. Pure.
 */
export const mergeObserved = (manifest: UnstructuredObject, observed: UnstructuredObject): UnstructuredObject => {
  const desired = deepClone(manifest);
  const { metadata } = observed;
  const managed = (annotation: string): Set<string> => new Set((metadata.annotations?.[annotation] ?? '').split(',').filter(Boolean));
  const foreign = (values: Record<string, string> | undefined, owned: ReadonlySet<string>): Record<string, string> =>
    Object.fromEntries(Object.entries(values ?? {}).filter(([key]) => !owned.has(key)));
  desired.metadata.labels = { ...foreign(metadata.labels, managed(annotations.managedLabels)), ...desired.metadata.labels };
  desired.metadata.annotations = {
    ...foreign(metadata.annotations, managed(annotations.managedAnnotations)),
    ...desired.metadata.annotations,
  };
  if (metadata.resourceVersion) desired.metadata.resourceVersion = metadata.resourceVersion;
  if (metadata.uid) desired.metadata.uid = metadata.uid;
  if (metadata.finalizers) desired.metadata.finalizers = metadata.finalizers;
  if (metadata.ownerReferences) desired.metadata.ownerReferences = metadata.ownerReferences;
  if (observed['status'] !== undefined) desired['status'] = observed['status'];
  retain(desired, observed);
  return desired;
};

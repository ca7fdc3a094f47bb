import { formatGroupVersion } from '../../../apimachinery/meta/group-version.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { InformerEvent, ObjectKey } from '../../../controller-runtime/contract.ts';
import { objectKey } from '../../../controller-runtime/object-key.ts';
import { controllerOf } from './owner.ts';

/** Keys for an event of an object a controller may own: its owners of this kind, now and before; for an orphan, who would adopt it. */
export const ownedOrAdoptable =
  <T extends KubeObject>(ref: ResourceRef, adopters: (object: T) => readonly ObjectKey[] = () => []) =>
  ({ type, object, old }: InformerEvent<T>): readonly ObjectKey[] => {
    const keys = new Set<ObjectKey>();
    for (const state of [object, old]) {
      const owner = state && controllerOf(state);
      if (owner?.kind === ref.kind && owner.apiVersion === formatGroupVersion(ref.group, ref.version)) {
        keys.add(objectKey(owner.name, object.metadata.namespace));
      }
    }
    if (type !== 'deleted' && !controllerOf(object)) for (const key of adopters(object)) keys.add(key);
    return [...keys];
  };

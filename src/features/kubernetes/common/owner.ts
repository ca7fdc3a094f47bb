import { formatGroupVersion } from '../../../apimachinery/meta/group-version.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { KubeObject, OwnerReference } from '../../../apimachinery/meta/object.ts';
import type { Informer } from '../../../controller-runtime/contract.ts';

/** The owner reference with `controller: true`; an object has at most one. */
export const controllerOf = (object: KubeObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find(({ controller }) => controller === true);

export const isControlledBy = (object: KubeObject, owner: KubeObject): boolean => controllerOf(object)?.uid === owner.metadata.uid;

/** The reference a controller puts on what it makes. */
export const controllerReference = (owner: KubeObject, ref: ResourceRef): OwnerReference => ({
  apiVersion: formatGroupVersion(ref.group, ref.version),
  kind: ref.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});

const controllerIndex = 'controller';
const orphansOf = (namespace: string | undefined): string => `orphan/${namespace ?? ''}`;

/** Indexes objects by their controller's uid, and those without one by namespace. */
export const indexByController = <T extends KubeObject>(informer: Informer<T>): void =>
  informer.addIndex(controllerIndex, (object) => [controllerOf(object)?.uid ?? orphansOf(object.metadata.namespace)]);

export const controlledBy = <T extends KubeObject>(informer: Informer<T>, owner: KubeObject): readonly T[] =>
  informer.byIndex(controllerIndex, owner.metadata.uid ?? '');

export const orphansIn = <T extends KubeObject>(informer: Informer<T>, namespace: string | undefined): readonly T[] =>
  informer.byIndex(controllerIndex, orphansOf(namespace));

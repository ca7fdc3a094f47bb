import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import type { LabelSelector } from '../../../apimachinery/selectors/label-selector.ts';
import type { Client } from '../../../client/contract.ts';
import type { Informer } from '../../../controller-runtime/contract.ts';
import { controlledBy, controllerReference, orphansIn } from './owner.ts';

export interface ClaimOptions<T extends KubeObject> {
  readonly client: Client;
  readonly owner: KubeObject;
  readonly ownerRef: ResourceRef;
  readonly selector: LabelSelector;
  /** Must be indexed by controller. */
  readonly informer: Informer<T>;
  /** Orphans that are not worth adopting (finished pods). */
  readonly adoptable?: (object: T) => boolean;
  /** Put on what is adopted and taken off what is released, for owners that wait for what they own. */
  readonly finalizer?: string;
}

/**
 * The objects a controller works on: those it owns and selects. Owned objects that are no longer selected are released, selected orphans
 * are adopted after a fresh look at the owner, unless it is being deleted.
 */
export const claim = async <T extends KubeObject>(options: ClaimOptions<T>): Promise<T[]> => {
  const { client, owner, ownerRef, selector, informer } = options;
  const claimed: T[] = [];
  const resource = client.resource<T>(informer.ref);
  for (const object of controlledBy(informer, owner)) {
    if (matchesLabels(selector, object.metadata.labels) || owner.metadata.deletionTimestamp) claimed.push(object);
    else
      await ignoreGone(
        change(object, {
          ownerReferences: (object.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid),
          finalizers: otherFinalizers(object),
        }),
      );
  }
  if (owner.metadata.deletionTimestamp) return claimed;
  const orphans = orphansIn(informer, owner.metadata.namespace).filter(
    (object) =>
      !object.metadata.deletionTimestamp && matchesLabels(selector, object.metadata.labels) && (options.adoptable?.(object) ?? true),
  );
  if (orphans.length === 0) return claimed;
  const fresh = await client.resource(ownerRef).find(owner.metadata.name, owner.metadata.namespace);
  if (fresh?.metadata.uid !== owner.metadata.uid || fresh?.metadata.deletionTimestamp) return claimed;
  for (const object of orphans) {
    const ownerReferences = [...(object.metadata.ownerReferences ?? []), controllerReference(owner, ownerRef)];
    const finalizers = [...otherFinalizers(object), ...(options.finalizer ? [options.finalizer] : [])];
    const adopted = await ignoreGone(change(object, { ownerReferences, finalizers }));
    if (adopted) claimed.push(adopted);
  }
  return claimed;

  function otherFinalizers({ metadata }: T): string[] {
    return (metadata.finalizers ?? []).filter((name) => name !== options.finalizer);
  }
  function change(
    { metadata }: T,
    { ownerReferences, finalizers }: Pick<KubeObject['metadata'], 'ownerReferences' | 'finalizers'>,
  ): Promise<T> {
    const { resourceVersion, uid } = metadata;
    const patch = { metadata: { resourceVersion, uid, ownerReferences, ...(options.finalizer ? { finalizers } : {}) } };
    return resource.patch(metadata.name, metadata.namespace, patch, { type: 'merge' });
  }
};

const ignoreGone = async <T>(write: Promise<T>): Promise<T | undefined> => {
  try {
    return await write;
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return undefined;
    throw error;
  }
};

import type { KubeObject } from '../apimachinery/meta/object.ts';
import type { Informer, InformerEvent, ObjectKey, Watch } from './contract.ts';
import { keyOf } from './object-key.ts';

/** Reconcile the keys that `keys` finds for each event of the informer; by default the object's own key. */
export const watch = <T extends KubeObject>(
  informer: Informer<T>,
  keys: (event: InformerEvent<T>) => readonly ObjectKey[] = ({ object }) => [keyOf(object)],
): Watch => ({
  subscribe: (enqueue) =>
    informer.onEvent((event) => {
      for (const key of keys(event)) enqueue(key);
    }),
  synced: () => informer.synced(),
});

/** Reconcile the namespace/name of the controlling owner of this kind; both owners when an event changes the owner. */
export const watchOwned = <T extends KubeObject>(informer: Informer<T>, owner: { readonly kind: string; readonly group: string }): Watch =>
  watch(informer, ({ object, old }) => {
    const now = ownerKey(object, owner);
    const before = old && ownerKey(old, owner);
    return [...new Set([now, before])].filter((key) => key !== undefined);
  });

function ownerKey({ metadata }: KubeObject, { kind, group }: { readonly kind: string; readonly group: string }): ObjectKey | undefined {
  const reference = metadata.ownerReferences?.find(({ controller }) => controller);
  if (reference?.kind !== kind) return undefined;
  const slash = reference.apiVersion.indexOf('/');
  if ((slash < 0 ? '' : reference.apiVersion.slice(0, slash)) !== group) return undefined;
  return metadata.namespace ? `${metadata.namespace}/${reference.name}` : reference.name;
}

import { randomUUID } from 'node:crypto';
import { builtInKinds } from '../../api/kinds.ts';
import { formatGroupVersion } from '../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { formatTime } from '../../apimachinery/time/timestamp.ts';
import type { Store } from '../../storage/contract.ts';
import { objectKey, registryPrefix } from '../registry/keys.ts';
import { encodeForStore } from '../registry/stored-object.ts';

interface Planted extends UnstructuredObject {
  readonly status?: { readonly conditions?: readonly { lastTransitionTime?: string }[] };
}

/** A new object of its own: another uid, and everything in it happened now. Changes it in place. */
const renew = (object: Planted, time: string): UnstructuredObject => {
  object.metadata.uid = randomUUID();
  object.metadata.creationTimestamp = time;
  for (const entry of object.metadata.managedFields ?? []) entry.time = time;
  for (const condition of object.status?.conditions ?? []) condition.lastTransitionTime &&= time;
  return object;
};

/**
 * Puts objects of built-in kinds, as another server has served them, into a store that holds none yet; otherwise does nothing. The
 * server that starts over the store then finds its default objects there instead of making them one by one, and corrects what differs.
 * The seed's objects are changed.
 */
export const plantSeed = async (store: Store, seed: () => readonly UnstructuredObject[], now: number): Promise<void> => {
  // The first that a server ensures. Not a list: it would count all that there is.
  if (await store.get(`${registryPrefix}core/namespaces/default`)) return;
  const definitions = new Map(builtInKinds.map((kind) => [`${formatGroupVersion(kind.group, kind.version)} ${kind.kind}`, kind]));
  const time = formatTime(new Date(now));
  await Promise.all(
    seed().map(async (object) => {
      const definition = definitions.get(`${object.apiVersion} ${object.kind}`);
      if (!definition) return;
      const { namespace = '', name } = object.metadata;
      await store.create(objectKey(definition, namespace, name), encodeForStore(definition, renew(object, time)));
    }),
  );
};

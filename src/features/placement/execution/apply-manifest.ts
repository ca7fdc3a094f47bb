import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { Client } from '../../../client/contract.ts';
import { annotations, labels } from '../api/names.ts';
import { mergeObserved } from './merge-observed.ts';

export interface ApplyInput {
  readonly client: Client;
  readonly ref: ResourceRef;
  readonly manifest: UnstructuredObject;
  /** From the cache; undefined when it is not there, or not managed by us. */
  readonly observed: UnstructuredObject | undefined;
}

const options = { fieldManager: 'karmada' };

/**
 * Makes the member hold the manifest. An object that exists and is not managed is refused unless the manifest's conflict resolution is `overwrite`.
 * Answers the object as the member has it now. @throws {StatusError}
 */
export const applyManifest = async ({ client, ref, manifest, observed }: ApplyInput): Promise<UnstructuredObject> => {
  const resource = client.resource(ref);
  const { name, namespace } = manifest.metadata;
  if (!observed) {
    try {
      return await resource.create(manifest, options);
    } catch (error) {
      if (!isStatusError(error, 'AlreadyExists')) throw error;
    }
  }
  const current = observed ?? (await resource.get(name, namespace));
  if (!mayOverwrite(manifest, current)) {
    throw new Error(
      `${manifest.kind} ${namespace ? `${namespace}/` : ''}${name} exists on the member and is not managed: set conflictResolution to Overwrite, or remove it there`,
    );
  }
  try {
    return await resource.update(mergeObserved(manifest, current), options);
  } catch (error) {
    if (!isStatusError(error, 'Conflict')) throw error;
    return resource.update(mergeObserved(manifest, await resource.get(name, namespace)), options);
  }
};

const mayOverwrite = (manifest: UnstructuredObject, { metadata }: UnstructuredObject): boolean =>
  metadata.labels?.[labels.managed] === 'true' || manifest.metadata.annotations?.[annotations.conflictResolution] === 'overwrite';

/** Deletes what a Work put onto the member; leaves an object alone that is not managed, or belongs to another Work. Answers whether it is gone. */
export const removeManifest = async ({ client, ref, manifest }: Omit<ApplyInput, 'observed'>): Promise<boolean> => {
  const { name, namespace } = manifest.metadata;
  const current = await client.resource(ref).find(name, namespace);
  if (!current) return true;
  const { metadata } = current;
  const owner = metadata.annotations?.[annotations.workName];
  if (metadata.labels?.[labels.managed] !== 'true' || owner !== manifest.metadata.annotations?.[annotations.workName]) return true;
  if (metadata.deletionTimestamp) return false;
  try {
    await client
      .resource(ref)
      .delete(name, namespace, { propagationPolicy: 'Background', ...(metadata.uid ? { preconditions: { uid: metadata.uid } } : {}) });
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return true;
    throw error;
  }
  return (await client.resource(ref).find(name, namespace)) === undefined;
};

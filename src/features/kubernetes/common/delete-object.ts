import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { DeleteOptions, ResourceClient } from '../../../client/contract.ts';

/** Deletes exactly this object; false when it is gone, or another of its name is there. */
export const deleteObject = async <T extends KubeObject>(
  resource: ResourceClient<T>,
  { metadata }: T,
  options: DeleteOptions = {},
): Promise<boolean> => {
  try {
    const preconditions = metadata.uid ? { preconditions: { uid: metadata.uid } } : {};
    await resource.delete(metadata.name, metadata.namespace, { ...preconditions, ...options });
    return true;
  } catch (error) {
    if (isStatusError(error, 'NotFound') || isStatusError(error, 'Conflict')) return false;
    throw error;
  }
};

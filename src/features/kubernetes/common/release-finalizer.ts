import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { ResourceClient } from '../../../client/contract.ts';

/** Takes one finalizer off the object as it was read; gone already is fine. @throws StatusError Conflict when it has changed since */
export const releaseFinalizer = async <T extends KubeObject>(resource: ResourceClient<T>, object: T, finalizer: string): Promise<void> => {
  const finalizers = (object.metadata.finalizers ?? []).filter((name) => name !== finalizer);
  try {
    await resource.update({ ...object, metadata: { ...object.metadata, finalizers } });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
};

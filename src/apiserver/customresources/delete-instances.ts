import { isStatusError } from '../../apimachinery/errors/status-error.ts';
import type { GroupVersionResource } from '../../apimachinery/meta/group-version.ts';
import { loopbackUser } from '../registry/contract.ts';
import type { InternalApi } from '../registry/contract.ts';

/** Asks every object of a resource to go and returns how many are still there: those that finalizers hold. */
export const deleteInstances = async (api: InternalApi, resource: GroupVersionResource): Promise<number> => {
  for (const { metadata } of await api.list(resource)) {
    if (metadata.deletionTimestamp) continue;
    const place = metadata.namespace === undefined ? {} : { namespace: metadata.namespace };
    try {
      await api.delete(resource, metadata.name, { ...place, user: loopbackUser });
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  }
  return (await api.list(resource)).length;
};

import { deepClone } from '../../apimachinery/clone/deep-clone.ts';
import { isStatusError } from '../../apimachinery/errors/status-error.ts';
import type { GroupVersionResource } from '../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { type InternalApi, loopbackUser } from '../registry/contract.ts';

export type Change = (object: UnstructuredObject, wanted: UnstructuredObject) => void | false;

/**
 * Creates the object, or lets `change` bring the one that is there up to date; `current` saves a read when a cache already has it.
 * Somebody else doing the same at the same time (another replica) is fine.
 */
export const ensureObject = async (
  api: InternalApi,
  wanted: UnstructuredObject,
  options: { readonly resource: GroupVersionResource; readonly current: UnstructuredObject | undefined; readonly change: Change },
): Promise<void> => {
  const { resource, change } = options;
  const { namespace, name } = wanted.metadata;
  if (options.current) {
    if (change(deepClone(options.current), wanted) === false) return;
  } else {
    try {
      await api.create(resource, wanted, { user: loopbackUser });
      return;
    } catch (error) {
      if (!isStatusError(error, 'AlreadyExists')) throw error;
    }
  }
  await api.modify(resource, name, {
    ...(namespace === undefined ? {} : { namespace }),
    user: loopbackUser,
    change: (object) => change(object, wanted),
  });
};

/** For objects that are only created, never corrected. */
export const leaveAlone: Change = () => false;

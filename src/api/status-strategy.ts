import type { UnstructuredObject } from '../apimachinery/meta/object.ts';
import type { Strategy } from './kind-definition.ts';

/**
 * For kinds with a status subresource: a new object has the zero status, and writes to the object leave the status alone. What
 * the kind itself does comes after.
 */
export const withStatus = (strategy: Strategy, zeroStatus: () => unknown): Strategy => ({
  ...strategy,
  prepareForCreate: (object, requester) => {
    object['status'] = zeroStatus();
    strategy.prepareForCreate?.(object, requester);
  },
  prepareForUpdate: (object, old) => {
    keepStatus(object, old);
    strategy.prepareForUpdate?.(object, old);
  },
});

/** Puts the old status, or its absence, back. */
export const keepStatus = (object: UnstructuredObject, old: UnstructuredObject): void => {
  const { status } = old;
  if (status === undefined) delete object['status'];
  else object['status'] = status;
};

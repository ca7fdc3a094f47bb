import type { KubeObject, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { Client, ResourceClient } from '../../client/contract.ts';
import { TransportError } from '../../client/transport.ts';

/** A client whose writes are refused while `mayWrite` is false: what is still running when a lease is lost can no longer do harm. @throws TransportError */
export const createFencedClient = (client: Client, mayWrite: () => boolean): Client => {
  const guard = <A extends unknown[], R>(write: (...args: A) => Promise<R>): ((...args: A) => Promise<R>) => {
    return (...args) => (mayWrite() ? write(...args) : Promise.reject(new TransportError('write refused: this process does not lead')));
  };
  return {
    ...client,
    resource: <T extends KubeObject = UnstructuredObject>(ref: ResourceClient['ref']): ResourceClient<T> => {
      const inner = client.resource<T>(ref);
      return {
        ...inner,
        create: guard(inner.create),
        update: guard(inner.update),
        updateStatus: guard(inner.updateStatus),
        patch: guard(inner.patch),
        apply: guard(inner.apply),
        delete: guard(inner.delete),
        deleteCollection: guard(inner.deleteCollection),
        createSubresource: guard(inner.createSubresource) as ResourceClient<T>['createSubresource'],
        updateSubresource: guard(inner.updateSubresource) as ResourceClient<T>['updateSubresource'],
      };
    },
  };
};

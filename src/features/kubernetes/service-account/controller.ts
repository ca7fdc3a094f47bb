import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { Namespace, ServiceAccount } from '../../../api/core/types.gen.ts';
import { namespacesRef, serviceAccountsRef } from '../../../api/refs.gen.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { isEnding } from '../common/namespace-state.ts';

/** Keeps a ServiceAccount `default` in every namespace. */
export const addServiceAccountController = (manager: Manager): void => {
  const namespaces = manager.informer<Namespace>(namespacesRef);
  const accounts = manager.informer<ServiceAccount>(serviceAccountsRef);
  const client = manager.client.resource<ServiceAccount>(serviceAccountsRef);

  manager.addController({
    name: 'serviceaccount',
    watches: [watch(namespaces), watch(accounts, ({ type, object }) => (type === 'deleted' ? [object.metadata.namespace ?? ''] : []))],
    reconcile: async (name) => {
      const namespace = namespaces.byKey(name);
      if (!namespace || isEnding(namespace) || accounts.get('default', name)) return;
      try {
        await client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } });
      } catch (error) {
        if (!isStatusError(error, 'AlreadyExists') && !isStatusError(error, 'NotFound')) throw error;
      }
    },
  });
};

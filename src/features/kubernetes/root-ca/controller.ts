import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { ConfigMap, Namespace } from '../../../api/core/types.gen.ts';
import { configMapsRef, namespacesRef } from '../../../api/refs.gen.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { isEnding } from '../common/namespace-state.ts';

const name = 'kube-root-ca.crt';
const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. ' +
  'No other usage is guaranteed across distributions of Kubernetes clusters.';

/** Publishes the API server's CA (PEM) in every namespace, and puts it back when it is changed or deleted. */
export const addRootCaController = (manager: Manager, certificateAuthority: string): void => {
  const namespaces = manager.informer<Namespace>(namespacesRef);
  const published = manager.informer<ConfigMap>(configMapsRef, { fieldSelector: `metadata.name=${name}` });
  const client = manager.client.resource<ConfigMap>(configMapsRef);
  const data = { 'ca.crt': certificateAuthority };

  manager.addController({
    name: 'root-ca-certificate-publisher',
    watches: [watch(namespaces), watch(published, ({ object }) => [object.metadata.namespace ?? ''])],
    reconcile: async (key) => {
      const namespace = namespaces.byKey(key);
      if (!namespace || isEnding(namespace)) return;
      const current = published.get(name, key);
      if (current?.data?.['ca.crt'] === certificateAuthority && Object.keys(current.data).length === 1) return;
      const metadata = { name, namespace: key, annotations: { 'kubernetes.io/description': description } };
      try {
        if (current) await client.update({ ...current, data });
        else await client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
      } catch (error) {
        if (!isStatusError(error, 'AlreadyExists') && !isStatusError(error, 'NotFound')) throw error;
      }
    },
  });
};

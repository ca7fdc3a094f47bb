import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionPlugin } from '../contract.ts';
import { isFor } from '../refuse.ts';
import { defaultClass } from './default-class.ts';

const storageClasses = { group: 'storage.k8s.io', version: 'v1', resource: 'storageclasses' };
const markers = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'] as const;

/** A claim that names no storage class gets the default one. An empty name means "none" and is left. */
export const defaultStorageClass = (api: Pick<InternalApi, 'cache'>): AdmissionPlugin => {
  const cache = api.cache(storageClasses);
  return {
    name: 'DefaultStorageClass',
    handles: (attributes) => attributes.operation === 'CREATE' && isFor(attributes, '', 'persistentvolumeclaims'),
    admit({ object }) {
      if (!object || object.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] !== undefined) return;
      const spec = object['spec'] as { storageClassName?: string };
      if (spec.storageClassName !== undefined) return;
      const found = defaultClass(cache.list(), markers);
      if (found) spec.storageClassName = found.metadata.name;
    },
  };
};

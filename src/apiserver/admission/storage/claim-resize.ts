import { parseQuantity } from '../../../apimachinery/quantity/parse-quantity.ts';
import { compareQuantities } from '../../../apimachinery/quantity/quantity.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionPlugin } from '../contract.ts';
import { isFor, refuse } from '../refuse.ts';

const storageClasses = { group: 'storage.k8s.io', version: 'v1', resource: 'storageclasses' };

interface ClaimSpec {
  readonly resources?: { readonly requests?: { readonly storage?: string } };
  readonly storageClassName?: string;
}

const requested = (claim: UnstructuredObject | undefined): string =>
  (claim?.['spec'] as ClaimSpec | undefined)?.resources?.requests?.storage ?? '0';

const classOf = (claim: UnstructuredObject): string =>
  claim.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? (claim['spec'] as ClaimSpec).storageClassName ?? '';

/** PersistentVolumeClaimResize: claims grow only when bound, and when their class can expand. */
export const persistentVolumeClaimResize = (api: Pick<InternalApi, 'cache' | 'get'>): AdmissionPlugin => {
  const cache = api.cache(storageClasses);
  return {
    name: 'PersistentVolumeClaimResize',
    handles: (attributes) => attributes.operation === 'UPDATE' && isFor(attributes, '', 'persistentvolumeclaims'),
    async validate(attributes) {
      const { object, oldObject } = attributes;
      if (!object || !oldObject) return;
      if (compareQuantities(parseQuantity(requested(object)), parseQuantity(requested(oldObject))) <= 0) return;
      const phase = (oldObject['status'] as { phase?: string } | undefined)?.phase;
      if (phase !== 'Bound') throw refuse(attributes, 'Only bound persistent volume claims can be expanded');
      const name = classOf(object);
      const storageClass = name === '' ? undefined : (cache.get(name) ?? (await api.get(storageClasses, name)));
      if (storageClass?.['allowVolumeExpansion'] === true) return;
      throw refuse(
        attributes,
        'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      );
    },
  };
};

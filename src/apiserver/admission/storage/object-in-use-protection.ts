import type { AdmissionPlugin } from '../contract.ts';
import { isFor } from '../refuse.ts';

const finalizers = [
  ['', 'persistentvolumeclaims', 'kubernetes.io/pvc-protection'],
  ['', 'persistentvolumes', 'kubernetes.io/pv-protection'],
  ['storage.k8s.io', 'volumeattributesclasses', 'kubernetes.io/vac-protection'],
] as const;

/** StorageObjectInUseProtection: claims and volumes stay until nobody uses them. */
export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  handles: (attributes) => attributes.operation === 'CREATE' && finalizers.some(([group, resource]) => isFor(attributes, group, resource)),
  admit(attributes) {
    const finalizer = finalizers.find(([group, resource]) => isFor(attributes, group, resource))?.[2];
    const metadata = attributes.object?.metadata;
    if (!finalizer || !metadata || metadata.finalizers?.includes(finalizer)) return;
    metadata.finalizers = [...(metadata.finalizers ?? []), finalizer];
  },
};

import { deepClone } from '../../../apimachinery/clone/deep-clone.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { PersistentVolumeClaim, Pod } from '../../../api/core/types.gen.ts';
import { persistentVolumeClaimsRef, podsRef } from '../../../api/refs.gen.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { errorMessage } from '../common/error-message.ts';
import { isNamespaceEnding } from '../common/namespace-state.ts';
import { controllerReference, isControlledBy } from '../common/owner.ts';

/** Makes the claims of generic ephemeral volumes; they go with their pod (KEP-1698). */
export const addEphemeralVolumeController = (manager: Manager): void => {
  const events = manager.recorder('ephemeral_volume');
  const pods = manager.informer<Pod>(podsRef);
  const claims = manager.informer<PersistentVolumeClaim>(persistentVolumeClaimsRef);
  const client = manager.client.resource<PersistentVolumeClaim>(persistentVolumeClaimsRef);

  const ensure = async (pod: Pod, volume: string, wanted: PersistentVolumeClaim): Promise<void> => {
    const existing = claims.byKey(keyOf(wanted)) ?? (await client.find(wanted.metadata.name, wanted.metadata.namespace));
    if (existing && !isControlledBy(existing, pod)) {
      throw new Error(
        `PVC ${keyOf(existing)} was not created for pod ${keyOf(pod)} (pod is not owner): ephemeral volume ${volume} cannot use it`,
      );
    }
    if (!existing) await client.create(wanted);
  };

  const reconcile = async (key: string): Promise<ReconcileResult> => {
    const pod = pods.byKey(key);
    if (!pod || pod.metadata.deletionTimestamp) return;
    for (const { name, ephemeral } of pod.spec.volumes ?? []) {
      if (!ephemeral?.volumeClaimTemplate) continue;
      const { metadata, spec } = ephemeral.volumeClaimTemplate;
      const wanted: PersistentVolumeClaim = {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: {
          name: `${pod.metadata.name}-${name}`,
          namespace: pod.metadata.namespace ?? '',
          ...(metadata?.labels ? { labels: { ...metadata.labels } } : {}),
          ...(metadata?.annotations ? { annotations: { ...metadata.annotations } } : {}),
          ownerReferences: [controllerReference(pod, podsRef)],
        },
        spec: deepClone(spec),
      };
      try {
        await ensure(pod, name, wanted);
      } catch (error) {
        if (isNamespaceEnding(error) || isStatusError(error, 'AlreadyExists')) return;
        events.event(pod, 'Warning', 'EphemeralBindingFailed', `ephemeral volume ${name}: ${errorMessage(error)}`);
        throw error;
      }
    }
  };

  const hasEphemeral = ({ spec }: Pod): boolean => spec.volumes?.some(({ ephemeral }) => ephemeral !== undefined) ?? false;
  manager.addController({
    name: 'ephemeral-volume',
    watches: [watch(pods, ({ type, object }) => (type === 'added' && hasEphemeral(object) ? [keyOf(object)] : []))],
    reconcile,
  });
};

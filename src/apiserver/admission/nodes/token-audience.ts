import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { InternalApi } from '../../registry/contract.ts';
import { asPod, type Volume } from '../pods/pod-types.ts';
import { coreResource } from '../refuse.ts';

const storage = (resource: string) => ({ group: 'storage.k8s.io', version: 'v1', resource });

interface CsiSource {
  readonly driver?: string;
}

/** The CSI driver that mounts a claim's volume. */
const driverOfClaim = async (api: Pick<InternalApi, 'get'>, namespace: string, name: string): Promise<string | undefined> => {
  const claim = await api.get(coreResource('persistentvolumeclaims'), name, namespace);
  const volumeName = (claim?.['spec'] as { volumeName?: string } | undefined)?.volumeName;
  const volume = volumeName ? await api.get(coreResource('persistentvolumes'), volumeName) : undefined;
  return (volume?.['spec'] as { csi?: CsiSource } | undefined)?.csi?.driver;
};

const driverOf = async (api: Pick<InternalApi, 'get'>, pod: UnstructuredObject, volume: Volume): Promise<string | undefined> => {
  const namespace = pod.metadata.namespace ?? '';
  if (volume['ephemeral']) return driverOfClaim(api, namespace, `${pod.metadata.name}-${volume.name}`);
  const claim = volume['persistentVolumeClaim'] as { claimName?: string } | undefined;
  if (claim) return driverOfClaim(api, namespace, claim.claimName ?? '');
  return (volume['csi'] as CsiSource | undefined)?.driver;
};

/** Whether a pod's volumes ask for a token with this audience: a projected one, or the CSI driver of one that it mounts. */
export const podNeedsAudience = async (api: Pick<InternalApi, 'get'>, pod: UnstructuredObject, audience: string): Promise<boolean> => {
  for (const volume of asPod(pod).spec.volumes ?? []) {
    const tokens = (volume.projected?.sources ?? []).flatMap(({ serviceAccountToken }) =>
      serviceAccountToken ? [serviceAccountToken] : [],
    );
    if (tokens.some((token) => ((token as { audience?: string }).audience ?? '') === audience)) return true;
    const name = await driverOf(api, pod, volume);
    const driver = name ? await api.get(storage('csidrivers'), name) : undefined;
    const requests = (driver?.['spec'] as { tokenRequests?: { audience: string }[] } | undefined)?.tokenRequests ?? [];
    if (requests.some((request) => request.audience === audience)) return true;
  }
  return false;
};

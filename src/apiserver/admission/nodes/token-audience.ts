import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { InternalApi } from '../../registry/contract.ts';
import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import { asPod, type Volume } from '../pods/pod-types.ts';
import { coreResource } from '../refuse.ts';

const storage = (resource: string) => ({ group: 'storage.k8s.io', version: 'v1', resource });

interface CsiSource {
  readonly driver?: string;
}

/** What a volume leads to is not there. */
class MissingError extends Error {
  override readonly name = 'MissingError';
}

const found = (object: UnstructuredObject | undefined, kind: string, name: string): Record<string, unknown> => {
  if (!object) throw new MissingError(`${kind} ${goQuote(name)} not found`);
  return (object['spec'] ?? {}) as Record<string, unknown>;
};

/** The CSI driver that mounts a claim's volume. @throws MissingError */
const driverOfClaim = async (api: Pick<InternalApi, 'get'>, namespace: string, name: string): Promise<string | undefined> => {
  const claim = found(await api.get(coreResource('persistentvolumeclaims'), name, namespace), 'persistentvolumeclaim', name);
  const { volumeName = '' } = claim as { volumeName?: string };
  const volume = found(
    volumeName ? await api.get(coreResource('persistentvolumes'), volumeName) : undefined,
    'persistentvolume',
    volumeName,
  );
  return (volume as { csi?: CsiSource }).csi?.driver;
};

const driverOf = async (api: Pick<InternalApi, 'get'>, pod: UnstructuredObject, volume: Volume): Promise<string | undefined> => {
  const namespace = pod.metadata.namespace ?? '';
  if (volume['ephemeral']) return driverOfClaim(api, namespace, `${pod.metadata.name}-${volume.name}`);
  const claim = volume['persistentVolumeClaim'] as { claimName?: string } | undefined;
  if (claim) return driverOfClaim(api, namespace, claim.claimName ?? '');
  return (volume['csi'] as CsiSource | undefined)?.driver;
};

const requestsOf = async (api: Pick<InternalApi, 'get'>, pod: UnstructuredObject, volume: Volume): Promise<readonly string[]> => {
  const name = await driverOf(api, pod, volume);
  if (!name) return [];
  const driver = found(await api.get(storage('csidrivers'), name), 'csidriver.storage.k8s.io', name);
  return ((driver as { tokenRequests?: { audience: string }[] }).tokenRequests ?? []).map(({ audience }) => audience);
};

/**
 * Whether a pod's volumes ask for a token with this audience: a projected one, or the CSI driver of one that it mounts. What is missing on
 * the way there is told when no other volume asks for it.
 */
export const podNeedsAudience = async (
  api: Pick<InternalApi, 'get'>,
  pod: UnstructuredObject,
  audience: string,
): Promise<{ readonly needed: boolean; readonly missing: readonly string[] }> => {
  const missing: string[] = [];
  for (const volume of asPod(pod).spec.volumes ?? []) {
    const tokens = (volume.projected?.sources ?? []).flatMap(({ serviceAccountToken }) =>
      serviceAccountToken ? [serviceAccountToken] : [],
    );
    if (tokens.some((token) => ((token as { audience?: string }).audience ?? '') === audience)) return { needed: true, missing: [] };
    try {
      if ((await requestsOf(api, pod, volume)).includes(audience)) return { needed: true, missing: [] };
    } catch (error) {
      if (!(error instanceof MissingError)) throw error;
      missing.push(error.message);
    }
  }
  return { needed: false, missing };
};

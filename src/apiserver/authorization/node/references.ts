import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';

interface Named {
  readonly name?: string;
}
interface SecretRef extends Named {
  readonly namespace?: string;
}
interface Container {
  readonly env?: readonly { readonly valueFrom?: { readonly secretKeyRef?: Named; readonly configMapKeyRef?: Named } }[];
  readonly envFrom?: readonly { readonly secretRef?: Named; readonly configMapRef?: Named }[];
}
interface Volume extends Named {
  readonly azureFile?: { readonly secretName?: string };
  readonly secret?: { readonly secretName?: string };
  readonly configMap?: Named;
  readonly projected?: { readonly sources?: readonly { readonly secret?: Named; readonly configMap?: Named }[] };
  readonly csi?: { readonly nodePublishSecretRef?: Named };
  readonly persistentVolumeClaim?: { readonly claimName?: string };
  readonly ephemeral?: unknown;
  /** Every other source that needs a secret names it so. */
  readonly [source: string]: unknown;
}
interface PodSpec {
  readonly nodeName?: string;
  readonly serviceAccountName?: string;
  readonly imagePullSecrets?: readonly Named[];
  readonly volumes?: readonly Volume[];
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
  readonly resourceClaims?: readonly { readonly name: string; readonly resourceClaimName?: string }[];
}
interface PodStatus {
  readonly resourceClaimStatuses?: readonly { readonly name: string; readonly resourceClaimName?: string }[];
  readonly extendedResourceClaimStatus?: { readonly resourceClaimName?: string };
}

const sourcesWithSecretRef = ['cephfs', 'cinder', 'flexVolume', 'rbd', 'scaleIO', 'iscsi', 'storageos'] as const;
const mirrorAnnotation = 'kubernetes.io/config.mirror';

const specOf = (pod: UnstructuredObject): PodSpec => (pod['spec'] ?? {}) as PodSpec;
const given = (names: readonly (string | undefined)[]): Set<string> =>
  new Set(names.filter((name) => name !== undefined && name !== '') as string[]);

export const nodeNameOf = (pod: UnstructuredObject): string => specOf(pod).nodeName ?? '';

export const isMirrorPod = ({ metadata }: UnstructuredObject): boolean => metadata.annotations?.[mirrorAnnotation] !== undefined;

/** What a pod names in its own namespace, by resource. */
export type PodReferences = Readonly<
  Record<'secrets' | 'configmaps' | 'persistentvolumeclaims' | 'resourceclaims' | 'serviceaccounts', ReadonlySet<string>>
>;

/** Everything of its namespace that a pod's kubelet needs in order to run it. */
export const podReferences = (pod: UnstructuredObject): PodReferences => {
  const spec = specOf(pod);
  const status = (pod['status'] ?? {}) as PodStatus;
  const volumes = spec.volumes ?? [];
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];
  const env = containers.flatMap((container) => container.env ?? []);
  const envFrom = containers.flatMap((container) => container.envFrom ?? []);
  const projected = volumes.flatMap((volume) => volume.projected?.sources ?? []);
  const secretRefs = volumes.flatMap((volume) =>
    sourcesWithSecretRef.map((source) => (volume[source] as { secretRef?: Named } | undefined)?.secretRef?.name),
  );
  const claimOf = (name: string): string | undefined => status.resourceClaimStatuses?.find((each) => each.name === name)?.resourceClaimName;
  return {
    serviceaccounts: given([spec.serviceAccountName]),
    secrets: given([
      ...(spec.imagePullSecrets ?? []).map(({ name }) => name),
      ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
      ...envFrom.map(({ secretRef }) => secretRef?.name),
      ...volumes.flatMap(({ secret, azureFile, csi }) => [secret?.secretName, azureFile?.secretName, csi?.nodePublishSecretRef?.name]),
      ...secretRefs,
      ...projected.map(({ secret }) => secret?.name),
    ]),
    configmaps: given([
      ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
      ...envFrom.map(({ configMapRef }) => configMapRef?.name),
      ...volumes.map(({ configMap }) => configMap?.name),
      ...projected.map(({ configMap }) => configMap?.name),
    ]),
    persistentvolumeclaims: given(
      volumes.map(({ name, persistentVolumeClaim, ephemeral }) =>
        persistentVolumeClaim ? persistentVolumeClaim.claimName : ephemeral ? `${pod.metadata.name}-${name}` : undefined,
      ),
    ),
    resourceclaims: given([
      ...(spec.resourceClaims ?? []).map(({ name, resourceClaimName }) => resourceClaimName ?? claimOf(name)),
      status.extendedResourceClaimStatus?.resourceClaimName,
    ]),
  };
};

interface VolumeSpec {
  readonly claimRef?: { readonly namespace?: string; readonly name?: string };
  readonly azureFile?: { readonly secretName?: string; readonly secretNamespace?: string };
  readonly csi?: {
    readonly nodePublishSecretRef?: SecretRef;
    readonly nodeStageSecretRef?: SecretRef;
    readonly nodeExpandSecretRef?: SecretRef;
  };
  readonly [source: string]: unknown;
}

/** The claim that a PersistentVolume is bound to, as `namespace/name`; '' for none. */
export const claimOf = (volume: UnstructuredObject): string => {
  const { claimRef } = (volume['spec'] ?? {}) as VolumeSpec;
  return claimRef ? `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` : '';
};

/** The secrets that a kubelet needs to mount a PersistentVolume, as `namespace/name`. */
export const volumeSecrets = (volume: UnstructuredObject): ReadonlySet<string> => {
  const spec = (volume['spec'] ?? {}) as VolumeSpec;
  const home = spec.claimRef?.namespace ?? '';
  const { azureFile, csi } = spec;
  const refs = [
    azureFile && { name: azureFile.secretName, namespace: azureFile.secretNamespace },
    ...sourcesWithSecretRef.map((source) => (spec[source] as { secretRef?: SecretRef } | undefined)?.secretRef),
    csi?.nodePublishSecretRef,
    csi?.nodeStageSecretRef,
    csi?.nodeExpandSecretRef,
  ];
  return new Set(refs.flatMap((ref) => (ref?.name ? [`${ref.namespace || home}/${ref.name}`] : [])));
};

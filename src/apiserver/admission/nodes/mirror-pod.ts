import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { isMirrorPod, nodeNameOf, podReferences } from '../../authorization/node/references.ts';
import { asPod } from '../pods/pod-types.ts';

/** Volume sources that need nothing from the API. */
const plainSources = new Set([
  'awsElasticBlockStore',
  'azureDisk',
  'cephfs',
  'cinder',
  'downwardAPI',
  'emptyDir',
  'fc',
  'flexVolume',
  'flocker',
  'gcePersistentDisk',
  'gitRepo',
  'hostPath',
  'image',
  'iscsi',
  'nfs',
  'photonPersistentDisk',
  'portworxVolume',
  'quobyte',
  'rbd',
  'scaleIO',
  'storageos',
  'vsphereVolume',
]);

const sourcesOfApi: Readonly<Record<string, string>> = {
  configMap: 'configmaps (via configmap volumes)',
  secret: 'secrets (via secret volumes)',
  csi: 'csidrivers (via CSI volumes)',
  glusterfs: 'endpoints (via glusterFS volumes)',
  persistentVolumeClaim: 'persistentvolumeclaims',
  ephemeral: 'persistentvolumeclaims (via ephemeral volumes)',
  azureFile: 'secrets (via azureFile volumes)',
};

const projectionsOfApi: Readonly<Record<string, string>> = {
  configMap: 'configmaps (via projected volumes)',
  secret: 'secrets (via projected volumes)',
  serviceAccountToken: 'serviceaccounts (via projected volumes)',
  clusterTrustBundle: 'clustertrustbundles',
  podCertificate: 'podcertificates',
};

/** The first kind of API object that a pod refers to, as refusals name it. */
const referredKind = (object: UnstructuredObject): string | undefined => {
  const { spec } = asPod(object);
  const { secrets, configmaps } = podReferences(object);
  if (spec.serviceAccountName) return 'serviceaccounts';
  if (secrets.size > 0) return 'secrets';
  if (configmaps.size > 0) return 'configmaps';
  if ((spec['resourceClaims'] as unknown[] | undefined)?.length) return 'resourceclaims';
  for (const { name: _name, projected, ...sources } of spec.volumes ?? []) {
    const [source] = Object.keys(sources).filter((key) => !plainSources.has(key));
    if (source !== undefined) return sourcesOfApi[source] ?? source;
    const projection = (projected?.sources ?? []).flatMap((each) => Object.keys(each)).find((key) => projectionsOfApi[key] !== undefined);
    if (projection !== undefined) return projectionsOfApi[projection];
  }
  return undefined;
};

interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** What is wrong with its one owner; `uid` is asked for last, since it needs the node. */
const ownerObjection = (owners: readonly Owner[], node: string): string | undefined => {
  const [owner] = owners;
  if (owners.length > 1) return `node "${node}" can only create pods with a single owner reference set to itself`;
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node)
    return `node "${node}" can only create pods with an owner reference set to itself`;
  if (owner.controller !== true) return `node "${node}" can only create pods with a controller owner reference set to itself`;
  return owner.blockOwnerDeletion === true ? `node "${node}" must not set blockOwnerDeletion on an owner reference` : undefined;
};

/**
 * Why a node may not create this pod: it makes mirror pods for itself only, owned by itself, and none that would give it access to other
 * objects. `uidOfNode` reads the node. @throws StatusError when the node is not there
 */
export const mirrorPodObjection = async (
  pod: UnstructuredObject,
  node: string,
  uidOfNode: () => Promise<string>,
): Promise<string | undefined> => {
  if (!isMirrorPod(pod)) return `pod does not have "kubernetes.io/config.mirror" annotation, node "${node}" can only create mirror pods`;
  if (nodeNameOf(pod) !== node) return `node "${node}" can only create pods with spec.nodeName set to itself`;
  const owners = (pod.metadata.ownerReferences ?? []) as readonly Owner[];
  const objection = ownerObjection(owners, node);
  if (objection !== undefined) return objection;
  const uid = await uidOfNode();
  if (owners[0]?.uid !== uid) return `node ${node} UID mismatch: expected ${owners[0]?.uid ?? ''} got ${uid}`;
  const kind = referredKind(pod);
  return kind === undefined ? undefined : `node "${node}" can not create pods that reference ${kind}`;
};

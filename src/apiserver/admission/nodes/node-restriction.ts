import { notFound } from '../../../apimachinery/errors/api-errors.ts';
import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { parseCertificateRequest } from '../../../apimachinery/x509/certificate-request.ts';
import type { AuthorizationAttributes, AuthorizationDecision } from '../../authorization/contract.ts';
import { nodeOf } from '../../authorization/node/node-identity.ts';
import { nodeNameOf } from '../../authorization/node/references.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { coreResource, refuse } from '../refuse.ts';
import { mirrorPodObjection } from './mirror-pod.ts';
import { forbiddenLabelChanges } from './node-labels.ts';
import { aggregateMessages } from '../../../apimachinery/validation/format-field-error.ts';
import { podNeedsAudience } from './token-audience.ts';

interface Context {
  readonly api: Pick<InternalApi, 'get'>;
  readonly authorize: (attributes: AuthorizationAttributes) => Promise<AuthorizationDecision>;
}
/** Why the node may not; undefined when it may. */
type Objection = string | undefined;
type Judge = (attributes: AdmissionAttributes, node: string, context: Context) => Promise<Objection> | Objection;

const kubeletSigners = new Set(['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet']);
const leaseNamespace = 'kube-node-lease';

const podNamed = async ({ api }: Context, namespace: string, name: string): Promise<UnstructuredObject> => {
  const pod = await api.get(coreResource('pods'), name, namespace);
  if (!pod) throw notFound({ group: '', resource: 'pod' }, name);
  return pod;
};

const part = (object: UnstructuredObject | undefined, field: string): Record<string, unknown> =>
  (object?.[field] ?? {}) as Record<string, unknown>;

const judgePod: Judge = async ({ operation, object, namespace, name }, node, context) => {
  if (operation === 'CREATE' && object) {
    return mirrorPodObjection(object, node, async () => {
      const found = await context.api.get(coreResource('nodes'), node);
      if (!found) throw notFound({ group: '', resource: 'node' }, node);
      return found.metadata.uid ?? '';
    });
  }
  if (operation !== 'DELETE') return `unexpected operation "${operation}", node "${node}" can only create and delete mirror pods`;
  const pod = await podNamed(context, namespace, name);
  return nodeNameOf(pod) === node ? undefined : `node "${node}" can only delete pods with spec.nodeName set to itself`;
};

const judgePodStatus: Judge = ({ operation, object, oldObject }, node) => {
  if (operation !== 'UPDATE' || !object || !oldObject) return `unexpected operation "${operation}"`;
  if (nodeNameOf(oldObject) !== node) return `node "${node}" can only update pod status for pods with spec.nodeName set to itself`;
  if (!semanticEqual(object.metadata.labels ?? {}, oldObject.metadata.labels ?? {}))
    return `node "${node}" cannot update labels through pod status`;
  const [now, before] = [part(object, 'status'), part(oldObject, 'status')];
  if (!semanticEqual(now['resourceClaimStatuses'] ?? [], before['resourceClaimStatuses'] ?? []))
    return `node "${node}" cannot update resource claim statues`;
  const field = 'extendedResourceClaimStatus';
  return semanticEqual(now[field] ?? null, before[field] ?? null)
    ? undefined
    : `node "${node}" cannot update extended resource claim status`;
};

const judgeEviction: Judge = async ({ operation, namespace, name }, node, context) => {
  if (operation !== 'CREATE') return `unexpected operation ${operation}`;
  const pod = await podNamed(context, namespace, name);
  return nodeNameOf(pod) === node ? undefined : `node ${node} can only evict pods with spec.nodeName set to itself`;
};

const judgePods: Judge = (attributes, node, context) => {
  const judges: Readonly<Record<string, Judge>> = { '': judgePod, status: judgePodStatus, eviction: judgeEviction };
  const judge = judges[attributes.subresource];
  return judge
    ? judge(attributes, node, context)
    : `unexpected pod subresource "${attributes.subresource}", only 'status' and 'eviction' are allowed`;
};

const judgeNode: Judge = ({ operation, object, oldObject, name }, node) => {
  if (name !== node) return `node "${node}" is not allowed to modify node "${name}"`;
  const { configSource, taints } = part(object, 'spec');
  if (operation === 'CREATE') {
    if (configSource) return `node "${node}" is not allowed to create pods with a non-nil configSource`;
    const labels = forbiddenLabelChanges(object?.metadata.labels);
    return labels.length > 0 ? `node "${node}" is not allowed to set the following labels: ${labels.join(', ')}` : undefined;
  }
  if (operation !== 'UPDATE') return undefined;
  const before = part(oldObject, 'spec');
  if (configSource && !semanticEqual(configSource, before['configSource'] ?? null))
    return `node "${node}" is not allowed to update configSource to a new non-nil configSource`;
  if (!semanticEqual(taints ?? [], before['taints'] ?? [])) return `node "${node}" is not allowed to modify taints`;
  if (!semanticEqual(object?.metadata.ownerReferences ?? [], oldObject?.metadata.ownerReferences ?? []))
    return `node "${node}" is not allowed to modify ownerReferences`;
  const labels = forbiddenLabelChanges(object?.metadata.labels, oldObject?.metadata.labels);
  return labels.length > 0 ? `is not allowed to modify labels: ${labels.join(', ')}` : undefined;
};

/** A claim without what its node reports: sizes and conditions of the volume. */
const withoutReport = (claim: UnstructuredObject): object => {
  const { resourceVersion: _version, managedFields: _fields, ...metadata } = claim.metadata;
  const { capacity: _c, conditions: _d, allocatedResourceStatuses: _s, allocatedResources: _r, ...status } = part(claim, 'status');
  return { ...claim, metadata, status };
};

const judgeClaim: Judge = ({ operation, subresource, object, oldObject }, node) => {
  if (subresource !== 'status') return 'may only update PVC status';
  if (operation !== 'UPDATE' || !object || !oldObject) return `unexpected operation "${operation}"`;
  if (semanticEqual(withoutReport(object), withoutReport(oldObject))) return undefined;
  return `node "${node}" is not allowed to update fields other than status.quantity and status.conditions`;
};

interface BoundObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly uid?: string;
}

const judgeToken: Judge = async ({ operation, subresource, object, namespace, name, user }, node, context) => {
  if (operation !== 'CREATE' || subresource !== 'token') return undefined;
  const { boundObjectRef, audiences = [] } = part(object, 'spec') as { boundObjectRef?: BoundObject; audiences?: readonly string[] };
  const { apiVersion, kind, name: podName, uid } = boundObjectRef ?? {};
  if (apiVersion !== 'v1' || kind !== 'Pod' || !podName) return 'node requested token not bound to a pod';
  if (!uid) return 'node requested token with a pod binding without a uid';
  const pod = await podNamed(context, namespace, podName);
  if (pod.metadata.uid !== uid)
    return `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  if (nodeNameOf(pod) !== node) return 'node requested token bound to a pod scheduled on a different node';
  if (audiences.length > 1) return 'node may only request 0 or 1 audiences';
  const [audience = ''] = audiences;
  const { needed, missing } = await podNeedsAudience(context.api, pod, audience);
  if (missing.length > 0) return `error validating audience ${JSON.stringify(audience)}: ${aggregateMessages(missing)}`;
  if (needed) return undefined;
  const resource = { group: '', version: 'v1', resource: audience, subresource: '', namespace, name };
  const { decision } = await context.authorize({ user, verb: 'request-serviceaccounts-token-audience', resource });
  if (decision === 'allow') return undefined;
  return `audience "${audience}" not found in pod spec volume, ${user.username} is not authorized to request tokens for this audience`;
};

const judgeLease: Judge = ({ namespace, name }, node) => {
  if (namespace !== leaseNamespace) return `can only access leases in the "${leaseNamespace}" system namespace`;
  return name === node ? undefined : 'can only access node lease with the same name as the requesting node';
};

const judgeCsiNode: Judge = ({ name }, node) =>
  name === node ? undefined : 'can only access CSINode with the same name as the requesting node';

const judgeSlice: Judge = ({ operation, object, oldObject }, node) => {
  if (operation !== 'CREATE' && operation !== 'DELETE') return undefined;
  if (part(operation === 'CREATE' ? object : oldObject, 'spec')['nodeName'] === node) return undefined;
  return `can only ${operation.toLowerCase()} ResourceSlice with the same NodeName as the requesting node`;
};

const judgeCertificateRequest: Judge = ({ operation, object }, node) => {
  const { signerName, request } = part(object, 'spec');
  if (operation !== 'CREATE' || !kubeletSigners.has(String(signerName))) return undefined;
  try {
    const pem = Buffer.from(String(request), 'base64').toString('utf8');
    const { commonName } = parseCertificateRequest(pem).subject;
    return commonName === `system:node:${node}` ? undefined : `can only create a node CSR with CN=system:node:${node}`;
  } catch (error) {
    return `unable to parse csr: ${error instanceof Error ? error.message : String(error)}`;
  }
};

const judges: Readonly<Record<string, Judge>> = {
  '/pods': judgePods,
  '/nodes': judgeNode,
  '/persistentvolumeclaims': judgeClaim,
  '/serviceaccounts': judgeToken,
  'coordination.k8s.io/leases': judgeLease,
  'storage.k8s.io/csinodes': judgeCsiNode,
  'resource.k8s.io/resourceslices': judgeSlice,
  'certificates.k8s.io/certificatesigningrequests': judgeCertificateRequest,
};

/** NodeRestriction (off by default): kubelets change their own Node, the pods bound to it, and what belongs to both. */
export const nodeRestriction = (api: Pick<InternalApi, 'get'>, authorize: Context['authorize']): AdmissionPlugin => ({
  name: 'NodeRestriction',
  handles: ({ operation, user }) => operation !== 'CONNECT' && nodeOf(user) !== undefined,
  async admit(attributes) {
    const node = nodeOf(attributes.user) ?? '';
    if (node === '') throw refuse(attributes, `could not determine node from user ${JSON.stringify(attributes.user.username)}`);
    const judge = judges[`${attributes.definition.group}/${attributes.definition.plural}`];
    const objection = await judge?.(attributes, node, { api, authorize });
    if (objection !== undefined) throw refuse(attributes, objection);
  },
});

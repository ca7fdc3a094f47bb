import { clusterRoleBindingsRef, clusterRolesRef, leasesRef, roleBindingsRef, rolesRef } from '../../../api/refs.gen.ts';
import type { Lease } from '../../../api/coordination/types.gen.ts';
import type { PolicyRule } from '../../../api/rbac/types.gen.ts';
import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { Client } from '../../../client/contract.ts';
import { agentGroup, agentUser, bootstrapGroup } from '../api/agent.ts';
import type { Cluster } from '../api/cluster.ts';
import { fleetNamespace } from '../api/names.ts';
import { ensureNamespace } from './ensure-namespace.ts';

const rbac = 'rbac.authorization.k8s.io';

interface Access extends KubeObject {
  rules?: PolicyRule[];
  roleRef?: { apiGroup: string; kind: string; name: string };
  subjects?: { apiGroup: string; kind: string; name: string }[];
}

interface Grant {
  readonly name: string;
  /** Absent: cluster-wide. */
  readonly namespace?: string;
  readonly rules: readonly PolicyRule[];
  readonly subject: { readonly kind: 'User' | 'Group'; readonly name: string };
}

/** What any holder of a bootstrap token or an agent's certificate may do: ask for a certificate and see the answer. */
const certificateGrants: readonly Grant[] = [bootstrapGroup, agentGroup].map((group) => ({
  name: `causeway:certificates:${group}`,
  rules: [{ apiGroups: ['certificates.k8s.io'], resources: ['certificatesigningrequests'], verbs: ['create', 'get'] }],
  subject: { kind: 'Group', name: group },
}));

/** Everything one cluster's agent may do besides: nothing here names anything of another cluster. */
const agentGrants = (cluster: string): Grant[] => {
  const subject = { kind: 'User', name: agentUser(cluster) } as const;
  const own = { resourceNames: [cluster] };
  return [
    {
      name: `causeway:agent:${cluster}`,
      rules: [
        { apiGroups: ['cluster.karmada.io'], resources: ['clusters'], ...own, verbs: ['get', 'list', 'watch'] },
        { apiGroups: ['cluster.karmada.io'], resources: ['clusters/status'], ...own, verbs: ['get', 'update', 'patch'] },
      ],
      subject,
    },
    {
      name: 'causeway:agent',
      namespace: `karmada-es-${cluster}`,
      rules: [
        { apiGroups: ['work.karmada.io'], resources: ['works'], verbs: ['get', 'list', 'watch', 'update', 'patch'] },
        { apiGroups: ['work.karmada.io'], resources: ['works/status'], verbs: ['get', 'update', 'patch'] },
        { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'update', 'patch'] },
      ],
      subject,
    },
    {
      name: `causeway:agent:${cluster}`,
      namespace: fleetNamespace,
      rules: [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], ...own, verbs: ['get', 'update', 'patch'] }],
      subject,
    },
  ];
};

/** Lets bootstrap tokens and agents ask for certificates. */
export const ensureCertificateAccess = async (client: Client): Promise<void> => {
  for (const grant of certificateGrants) await ensureGrant(client, grant, undefined);
};

/** Gives a pull cluster's agent its Lease and its rights. They are the Cluster's dependents and go with it. */
export const ensureAgentAccess = async (client: Client, cluster: Cluster): Promise<void> => {
  const { name } = cluster.metadata;
  await ensureNamespace(client, fleetNamespace);
  await ensureNamespace(client, `karmada-es-${name}`);
  const lease: Lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: fleetNamespace, ...ownedBy(cluster) },
    spec: {},
  };
  const leases = client.resource<Lease>(leasesRef);
  if (!(await leases.find(name, fleetNamespace))) await unlessThere(() => leases.create(lease));
  for (const grant of agentGrants(name)) await ensureGrant(client, grant, cluster);
};

const ownedBy = (cluster: Cluster | undefined): Partial<KubeObject['metadata']> =>
  cluster === undefined
    ? {}
    : {
        ownerReferences: [
          { apiVersion: cluster.apiVersion, kind: cluster.kind, name: cluster.metadata.name, uid: cluster.metadata.uid ?? '' },
        ],
      };

const ensureGrant = async (client: Client, { name, namespace, rules, subject }: Grant, owner: Cluster | undefined): Promise<void> => {
  const metadata = { name, ...(namespace ? { namespace } : {}), labels: { 'app.kubernetes.io/managed-by': 'causeway' }, ...ownedBy(owner) };
  const [role, binding] = namespace ? (['Role', 'RoleBinding'] as const) : (['ClusterRole', 'ClusterRoleBinding'] as const);
  const [rolesOf, bindingsOf] = namespace ? [rolesRef, roleBindingsRef] : [clusterRolesRef, clusterRoleBindingsRef];
  await ensure(client, rolesOf, { apiVersion: `${rbac}/v1`, kind: role, metadata, rules: [...rules] });
  await ensure(client, bindingsOf, {
    apiVersion: `${rbac}/v1`,
    kind: binding,
    metadata,
    roleRef: { apiGroup: rbac, kind: role, name },
    subjects: [{ apiGroup: rbac, ...subject }],
  });
};

const ensure = async (client: Client, ref: ResourceRef, wanted: Access): Promise<void> => {
  const resource = client.resource<Access>(ref);
  const current = await resource.find(wanted.metadata.name, wanted.metadata.namespace);
  if (!current) return unlessThere(() => resource.create(wanted));
  const same =
    jsonEqual([current.rules, current.subjects], [wanted.rules, wanted.subjects]) &&
    jsonEqual(current.metadata.ownerReferences?.[0]?.uid, wanted.metadata.ownerReferences?.[0]?.uid);
  if (!same)
    await resource.update({ ...wanted, metadata: { ...wanted.metadata, resourceVersion: current.metadata.resourceVersion ?? '' } });
};

const unlessThere = async (create: () => Promise<unknown>): Promise<void> => {
  try {
    await create();
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error;
  }
};

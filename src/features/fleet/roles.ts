import type { ControllerRole, ControllerRule } from '../../controller-runtime/feature.ts';

const rule = (group: string, resources: string, verbs: string, resourceNames?: readonly string[]): ControllerRule => ({
  apiGroups: [group],
  resources: resources.split(' '),
  verbs: verbs.split(' '),
  ...(resourceNames ? { resourceNames } : {}),
});

const events: ControllerRule = { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] };
const fleet = 'cluster.karmada.io';

/** To give an agent its access: write the roles, and have oneself what they say, for nobody can give more (see agent-access.ts). */
const agentAccess: readonly ControllerRule[] = [
  rule('', 'namespaces', 'get create'),
  rule('rbac.authorization.k8s.io', 'roles rolebindings clusterroles clusterrolebindings', 'get create update'),
  rule('certificates.k8s.io', 'certificatesigningrequests', 'create get'),
  rule(fleet, 'clusters', 'get list watch'),
  rule(fleet, 'clusters/status', 'get update patch'),
  rule('work.karmada.io', 'works', 'get list watch update patch'),
  rule('work.karmada.io', 'works/status', 'get update patch'),
  rule('coordination.k8s.io', 'leases', 'get create update patch'),
  { ...events, verbs: ['create', 'update', 'patch'] },
];

/** What the fleet's controllers may do on the hub. */
export const fleetRoles: readonly ControllerRole[] = [
  {
    name: 'causeway-cluster-registration',
    rules: [...agentAccess, rule('', 'namespaces', 'delete'), rule('work.karmada.io', 'works', 'delete'), rule(fleet, 'clusters', 'patch')],
  },
  {
    name: 'causeway-agent-requests',
    rules: [
      ...agentAccess,
      rule(fleet, 'clusters', 'create'),
      rule('certificates.k8s.io', 'certificatesigningrequests/approval', 'update'),
      rule('certificates.k8s.io', 'signers', 'approve', ['kubernetes.io/kube-apiserver-client']),
    ],
  },
  { name: 'causeway-cluster-status', rules: [rule(fleet, 'clusters/status', 'patch'), events] },
  { name: 'causeway-cluster-taints', rules: [rule(fleet, 'clusters', 'patch'), events] },
];

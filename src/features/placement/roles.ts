import type { ControllerRole, ControllerRule } from '../../controller-runtime/feature.ts';

const rule = (group: string, resources: string, verbs: string): ControllerRule => ({
  apiGroups: [group],
  resources: resources.split(' '),
  verbs: verbs.split(' '),
});

const events: ControllerRule = { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] };
const work = 'work.karmada.io';
const bindings = 'resourcebindings clusterresourcebindings';
const bindingStatus = 'resourcebindings/status clusterresourcebindings/status';

/** What placement's controllers may do on the hub. Templates are of any kind: only two of them write to those. */
export const placementRoles: readonly ControllerRole[] = [
  {
    name: 'causeway-propagation',
    // A claim on a role or a binding grants nothing, but the server cannot tell.
    rules: [
      rule('*', '*', 'patch'),
      rule('rbac.authorization.k8s.io', 'roles clusterroles', 'bind escalate'),
      rule(work, bindings, 'create delete'),
      events,
    ],
  },
  { name: 'causeway-placement-scheduler', rules: [rule(work, bindings, 'patch'), events] },
  { name: 'causeway-binding-status', rules: [rule(work, bindingStatus, 'patch'), rule('*', '*/status', 'update')] },
  { name: 'causeway-works', rules: [rule(work, 'works', 'create update delete'), rule(work, bindings, 'patch'), events] },
  { name: 'causeway-dependencies', rules: [rule(work, bindings, 'create patch delete'), events] },
  { name: 'causeway-eviction', rules: [rule(work, bindings, 'patch'), events] },
  { name: 'causeway-namespaces', rules: [rule(work, 'works', 'create update delete')] },
  { name: 'causeway-execution', rules: [rule(work, 'works', 'patch'), rule(work, 'works/status', 'update'), events] },
];

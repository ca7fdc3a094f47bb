import { bootstrapObjects } from '../../../api/bootstrap.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { AuthorizationAttributes, AuthorizationDecision, Authorizer } from '../contract.ts';
import { type PolicyRule, ruleAllows } from '../policy-rule.ts';
import { rulesOf } from '../role-objects.ts';
import { createNodeGraph, type NodeGraph } from './node-graph.ts';
import { nodeOf } from './node-identity.ts';

type Resource = NonNullable<AuthorizationAttributes['resource']>;
/** True: allowed. A text: not, and why. */
type Answer = true | string;
type Answered = Answer | Promise<Answer>;

const leaseNamespace = 'kube-node-lease';
const ownVerbs = ['get', 'create', 'update', 'patch', 'delete'];

interface Question {
  /** Who needs what; made when it is first asked for. */
  readonly graph: () => Promise<NodeGraph>;
  readonly node: string;
  readonly verb: string;
  readonly resource: Resource;
}

const related = async ({ graph, node, resource: { resource, namespace, name } }: Question): Promise<Answer> => {
  if (name === '') return 'No Object name found';
  return (await graph()).isRelated(node, resource, namespace, name) || `no relationship found between node '${node}' and this object`;
};

const get = (question: Question): Answered => {
  if (question.verb !== 'get') return 'can only get individual resources of this type';
  if (question.resource.subresource !== '') return 'cannot get subresource';
  return related(question);
};

const read = (question: Question): Answered => {
  if (!['get', 'list', 'watch'].includes(question.verb)) return 'can only read resources of this type';
  if (question.resource.subresource !== '') return 'cannot read subresource';
  if (question.resource.namespace === '') return 'can only read namespaced object of this type';
  return related(question);
};

const claims = (question: Question): Answered => {
  if (question.resource.subresource !== 'status') return get(question);
  if (question.verb !== 'update' && question.verb !== 'patch') return 'can only get/update/patch this type';
  return related(question);
};

const serviceAccounts = (question: Question): Answered => {
  const { verb, resource } = question;
  if (verb === 'get' && resource.subresource === '') return read(question);
  if (verb !== 'create' || resource.name === '') return 'can only create tokens for individual service accounts';
  if (resource.subresource !== 'token') return 'can only create token subresource of serviceaccount';
  return related(question);
};

const leases = ({ node, verb, resource }: Question): Answer => {
  if (!ownVerbs.includes(verb)) return 'can only get, create, update, patch, or delete a node lease';
  if (resource.namespace !== leaseNamespace) return `can only access leases in the "${leaseNamespace}" system namespace`;
  // On create the name is only known to NodeRestriction.
  return verb === 'create' || resource.name === node || 'can only access node lease with the same name as the requesting node';
};

const csiNodes = ({ node, verb, resource }: Question): Answer => {
  if (!ownVerbs.includes(verb)) return 'can only get, create, update, patch, or delete a CSINode';
  if (resource.subresource !== '') return 'cannot authorize CSINode subresources';
  return verb === 'create' || resource.name === node || 'can only access CSINode with the same name as the requesting node';
};

const selects = ({ fields = [] }: Resource, field: string, node: string): boolean =>
  fields.some((requirement) => requirement.field === field && requirement.operator === '=' && requirement.value === node);

const resourceSlices = (question: Question): Answered => {
  const { node, verb, resource } = question;
  if (resource.subresource !== '') return 'cannot authorize ResourceSlice subresources';
  if (verb === 'create') return true;
  if (['get', 'update', 'patch', 'delete'].includes(verb)) return related(question);
  if (['watch', 'list', 'deletecollection'].includes(verb))
    return selects(resource, 'spec.nodeName', node) || 'can only list/watch/deletecollection resourceslices with nodeName field selector';
  return 'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection';
};

const nodes = ({ node, verb, resource }: Question): Answer => {
  if (resource.subresource === 'status') return verb === 'update' || verb === 'patch' || '';
  if (resource.subresource !== '') return '';
  if (['create', 'update', 'patch'].includes(verb)) return true;
  if (!['get', 'list', 'watch'].includes(verb)) return '';
  if (resource.name === '') return `node '${node}' cannot read all nodes, only its own Node object`;
  return resource.name === node || `node '${node}' cannot read '${resource.name}', only its own Node object`;
};

const pods = (question: Question): Answered => {
  const { node, verb, resource } = question;
  switch (resource.subresource) {
    case '':
      if (verb === 'create' || verb === 'delete') return true;
      if (verb === 'get') return get(question);
      if (verb !== 'list' && verb !== 'watch') return '';
      if (selects(resource, 'spec.nodeName', node)) return true;
      return resource.name === '' ? 'can only list/watch pods with spec.nodeName field selector' : related(question);
    case 'status':
      return verb === 'update' || verb === 'patch' || '';
    case 'eviction':
      return verb === 'create' || '';
    default:
      return '';
  }
};

/** What depends on the node; NodeRestriction looks at what is written. */
const divided: Readonly<Record<string, (question: Question) => Answered>> = {
  '/secrets': read,
  '/configmaps': read,
  '/persistentvolumeclaims': claims,
  '/persistentvolumes': get,
  'resource.k8s.io/resourceclaims': get,
  'resource.k8s.io/resourceslices': resourceSlices,
  'storage.k8s.io/volumeattachments': get,
  'storage.k8s.io/csinodes': csiNodes,
  '/serviceaccounts': serviceAccounts,
  'coordination.k8s.io/leases': leases,
  '/nodes': nodes,
  '/pods': pods,
  'certificates.k8s.io/podcertificaterequests': () => '',
};

const allowed: AuthorizationDecision = { decision: 'allow', reason: '' };
const noOpinion: AuthorizationDecision = { decision: 'no-opinion', reason: '' };

/** The rules that every node has, whatever runs there: those of the ClusterRole system:node. */
const readNodeRules = (): readonly PolicyRule[] =>
  rulesOf(bootstrapObjects()['clusterroles']?.find(({ metadata }) => metadata.name === 'system:node'));

/** The Node authorizer: a kubelet may read what the pods on its node need, and nothing else of that kind. */
export const nodeAuthorizer = (api: Pick<InternalApi, 'cache'>): Authorizer => {
  let rules: readonly PolicyRule[] | undefined;
  let ready: Promise<NodeGraph> | undefined;
  const load = async (): Promise<NodeGraph> => {
    const graph = createNodeGraph(api);
    await graph.synced();
    return graph;
  };
  const graph = (): Promise<NodeGraph> => (ready ??= load());

  const ask = async (node: string, verb: string, resource: Resource): Promise<Answer> => {
    const judge = divided[`${resource.group}/${resource.resource}`];
    if (!judge)
      return (rules ??= readNodeRules()).some((rule) => ruleAllows(rule, { user: { username: '', groups: [] }, verb, resource })) || '';
    return judge({ graph, node, verb, resource });
  };

  return ({ user, verb, resource, nonResource }) => {
    const node = nodeOf(user);
    if (node === undefined) return noOpinion;
    if (node === '') return { decision: 'no-opinion', reason: `unknown node for user "${user.username}"` };
    if (!resource) {
      const known = (rules ??= readNodeRules()).some((rule) => ruleAllows(rule, { user, verb, ...(nonResource ? { nonResource } : {}) }));
      return known ? allowed : noOpinion;
    }
    return ask(node, verb, resource).then((answer) => (answer === true ? allowed : { decision: 'no-opinion', reason: answer }));
  };
};

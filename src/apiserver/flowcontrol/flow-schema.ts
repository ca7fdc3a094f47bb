import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { serviceAccountGroups, serviceAccountUsername } from '../authentication/service-account-name.ts';
import type { UserInfo } from '../http/exchange.ts';
import type { FlowRequest } from './contract.ts';

interface FlowSubject {
  readonly kind: string;
  readonly user?: { readonly name: string };
  readonly group?: { readonly name: string };
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
}

interface FlowRule {
  readonly subjects?: readonly FlowSubject[];
  readonly resourceRules?: readonly {
    readonly verbs: readonly string[];
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly clusterScope?: boolean;
    readonly namespaces?: readonly string[];
  }[];
  readonly nonResourceRules?: readonly { readonly verbs: readonly string[]; readonly nonResourceURLs: readonly string[] }[];
}

interface FlowSchemaSpec {
  readonly matchingPrecedence?: number;
  readonly priorityLevelConfiguration?: { readonly name?: string };
  readonly distinguisherMethod?: { readonly type: string };
  readonly rules?: readonly FlowRule[];
}

/** A FlowSchema ready to be asked. */
export interface FlowSchema {
  readonly name: string;
  readonly uid: string;
  readonly precedence: number;
  readonly priorityLevel: string;
  readonly matches: (request: FlowRequest) => boolean;
  /** Tells the flows of one schema apart: by user, by namespace, or not at all. */
  readonly distinguish: (request: FlowRequest) => string;
}

type Test<T> = (value: T) => boolean;

const anyOf = (values: readonly string[] | undefined): Test<string> => {
  const set = new Set(values);
  return set.has('*') ? () => true : (value) => set.has(value);
};

const subjectTest = (subjects: readonly FlowSubject[]): Test<UserInfo> => {
  const users = new Set<string>();
  const groups = new Set<string>();
  for (const { kind, user, group, serviceAccount } of subjects) {
    if (kind === 'User' && user) users.add(user.name);
    else if (kind === 'Group' && group) groups.add(group.name);
    else if (kind === 'ServiceAccount' && serviceAccount) {
      const { namespace, name } = serviceAccount;
      if (name === '*') groups.add(serviceAccountGroups(namespace)[1] ?? '');
      else users.add(serviceAccountUsername(namespace, name));
    }
  }
  if (users.has('*') || groups.has('*')) return () => true;
  return ({ username, groups: own }) => users.has(username) || own.some((group) => groups.has(group));
};

const ruleTest = ({ subjects = [], resourceRules = [], nonResourceRules = [] }: FlowRule): Test<FlowRequest> => {
  const isSubject = subjectTest(subjects);
  const resources = resourceRules.map((rule) => ({
    verb: anyOf(rule.verbs),
    group: anyOf(rule.apiGroups),
    resource: anyOf(rule.resources),
    namespace: anyOf(rule.namespaces),
    clusterScope: rule.clusterScope === true,
  }));
  const paths = nonResourceRules.map((rule) => ({ verb: anyOf(rule.verbs), urls: rule.nonResourceURLs }));
  const isPath = (urls: readonly string[], path: string): boolean =>
    urls.some((url) => url === '*' || url === path || (url.endsWith('/*') && path.startsWith(url.slice(0, -1))));
  return ({ user, info }) => {
    if (!isSubject(user)) return false;
    if (!info.isResource) return paths.some((rule) => rule.verb(info.verb) && isPath(rule.urls, info.path));
    const name = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`;
    return resources.some(
      (rule) =>
        rule.verb(info.verb) &&
        rule.group(info.group) &&
        rule.resource(name) &&
        (info.namespace === '' ? rule.clusterScope : rule.namespace(info.namespace)),
    );
  };
};

/** Compiles a FlowSchema (flowcontrol.apiserver.k8s.io/v1); undefined when it names no priority level. */
export const compileFlowSchema = (object: UnstructuredObject): FlowSchema | undefined => {
  const spec = object['spec'] as FlowSchemaSpec | undefined;
  if (!spec?.priorityLevelConfiguration?.name) return undefined;
  const tests = (spec.rules ?? []).map(ruleTest);
  const method = spec.distinguisherMethod?.type;
  return {
    name: object.metadata.name,
    uid: object.metadata.uid ?? '',
    precedence: spec.matchingPrecedence ?? 1000,
    priorityLevel: spec.priorityLevelConfiguration.name,
    matches: (request) => tests.some((test) => test(request)),
    distinguish: ({ user, info }) => (method === 'ByUser' ? user.username : method === 'ByNamespace' ? info.namespace : ''),
  };
};

/** In the order in which they are asked. */
export const orderFlowSchemas = (schemas: readonly FlowSchema[]): FlowSchema[] =>
  schemas.toSorted((a, b) => a.precedence - b.precedence || (a.name < b.name ? -1 : 1));

import type { UserInfo } from '../http/exchange.ts';
import type { RequestInfo } from '../http/request-info.ts';
import type { AuditLevel, AuditPolicy, AuditRule, AuditStage, GroupResources } from './policy.ts';

/** What of a request is logged, and when. */
export interface AuditConfig {
  readonly level: AuditLevel;
  readonly omitStages: ReadonlySet<AuditStage>;
  readonly omitManagedFields: boolean;
}

export type AuditedRequest = Pick<RequestInfo, 'isResource' | 'verb' | 'group' | 'resource' | 'subresource' | 'namespace' | 'name'> & {
  readonly path: string;
};

const matchesPath = (path: string, spec: string): boolean =>
  spec === '*' || spec === path || (spec.endsWith('*') && path.startsWith(spec.replace(/\*+$/, '')));

const matchesGroup = ({ group = '', resources = [], resourceNames = [] }: GroupResources, request: AuditedRequest): boolean => {
  if (group !== request.group) return false;
  if (resources.length === 0) return true;
  if (resourceNames.length > 0 && !resourceNames.includes(request.name)) return false;
  const { resource, subresource } = request;
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  return resources.some(
    (spec) => spec === '*' || spec === combined || spec === `${resource}/*` || (subresource !== '' && spec === `*/${subresource}`),
  );
};

const matches = (rule: AuditRule, request: AuditedRequest, { username, groups }: UserInfo): boolean => {
  if (rule.users?.length && !rule.users.includes(username)) return false;
  if (rule.userGroups?.length && !groups.some((group) => rule.userGroups?.includes(group))) return false;
  if (rule.verbs?.length && !rule.verbs.includes(request.verb)) return false;
  if (rule.namespaces?.length || rule.resources?.length) {
    if (!request.isResource) return false;
    if (rule.namespaces?.length && !rule.namespaces.includes(request.namespace)) return false;
    return !rule.resources?.length || rule.resources.some((group) => matchesGroup(group, request));
  }
  if (rule.nonResourceURLs?.length) return !request.isResource && rule.nonResourceURLs.some((spec) => matchesPath(request.path, spec));
  return true;
};

/** Judges requests by a policy; what no rule takes in is not logged. */
export const compileAuditPolicy = (policy: AuditPolicy): ((request: AuditedRequest, user: UserInfo) => AuditConfig) => {
  const { omitStages = [], omitManagedFields = false } = policy;
  const compiled = policy.rules.map((rule) => ({
    rule,
    config: {
      level: rule.level,
      omitStages: new Set([...omitStages, ...(rule.omitStages ?? [])]),
      omitManagedFields: rule.omitManagedFields ?? omitManagedFields,
    },
  }));
  const none: AuditConfig = { level: 'None', omitStages: new Set(omitStages), omitManagedFields };
  return (request, user) => compiled.find(({ rule }) => matches(rule, request, user))?.config ?? none;
};

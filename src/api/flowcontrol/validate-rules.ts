import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { checked, childPath, each } from '../checks.ts';
import type { NonResourcePolicyRule, PolicyRulesWithSubjects, ResourcePolicyRule, Subject } from './types.gen.ts';

const subjectKinds = ['Group', 'ServiceAccount', 'User'];
const members = [
  ['user', 'User'],
  ['group', 'Group'],
  ['serviceAccount', 'ServiceAccount'],
] as const;

const accountErrors = (account: NonNullable<Subject['serviceAccount']>, path: string): FieldError[] => {
  const { name, namespace } = account;
  const errors: FieldError[] = [];
  if (!name) errors.push(required(childPath(path, 'name')));
  else if (name !== '*') errors.push(...checked(isDns1123Subdomain, name, childPath(path, 'name')));
  return namespace
    ? [...errors, ...checked(isDns1123Label, namespace, childPath(path, 'namespace'))]
    : [...errors, required(childPath(path, 'namespace'), 'must specify namespace for service account')];
};

/** A subject has the member that its kind names, and no other. */
const validateSubject = (subject: Subject, path: string): FieldError[] => {
  const { kind } = subject;
  if (!subjectKinds.includes(kind)) return [notSupported(childPath(path, 'kind'), kind ?? '', subjectKinds)];
  const errors: FieldError[] = [];
  for (const [member, memberKind] of members) {
    const at = childPath(path, member);
    const value = subject[member];
    if (kind !== memberKind) {
      if (value) errors.push(forbiddenField(at, `${member} is forbidden when subject kind is not '${memberKind}'`));
    } else if (!value) errors.push(required(at, `${member} is required when subject kind is '${memberKind}'`));
    else if (member === 'serviceAccount') errors.push(...accountErrors(value as NonNullable<Subject['serviceAccount']>, at));
    else if (!value.name) errors.push(required(childPath(at, 'name')));
  }
  return errors;
};

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];

const verbErrors = (used: readonly string[] | undefined, path: string): FieldError[] => {
  if (!used?.length) return [required(path, 'verbs must contain at least one value')];
  if (used.includes('*')) return used.length > 1 ? [invalid(path, used, "if '*' is present, must not specify other verbs")] : [];
  return used.every((verb) => verbs.includes(verb)) ? [] : [notSupported(path, used, verbs)];
};

/** A list that is there, whose wildcard stands alone. */
const wildcard = (used: readonly string[] | undefined, path: string, { missing, others }: { missing: string; others: string }) => {
  if (!used?.length) return [required(path, missing)];
  return used.length > 1 && used.includes('*') ? [invalid(path, used, `if '*' is present, must not specify other ${others}`)] : [];
};

const resourceRule = (rule: ResourcePolicyRule, path: string): FieldError[] => {
  const { clusterScope } = rule;
  const namespaces = rule.namespaces ?? [];
  const at = childPath(path, 'namespaces');
  const errors = [
    ...verbErrors(rule.verbs, childPath(path, 'verbs')),
    ...wildcard(rule.apiGroups, childPath(path, 'apiGroups'), {
      missing: 'resource rules must supply at least one api group',
      others: 'api groups',
    }),
    ...wildcard(rule.resources, childPath(path, 'resources'), {
      missing: 'resource rules must supply at least one resource',
      others: 'resources',
    }),
  ];
  if (namespaces.length === 0 && !clusterScope) {
    return [...errors, required(at, 'resource rules that are not cluster scoped must supply at least one namespace')];
  }
  if (namespaces.includes('*')) {
    const alone = namespaces.length === 1;
    return alone ? errors : [...errors, invalid(at, namespaces, "if '*' is present, must not specify other namespaces")];
  }
  const intro = "each member of this list must be '*' or a DNS-1123 label; ";
  return [...errors, ...each(namespaces, at, (name, item) => isDns1123Label(name).map((message) => invalid(item, name, intro + message)))];
};

const urlFault = (url: string): string | undefined => {
  if (url === '') return 'must not be empty';
  if (url === '/') return undefined;
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const star = url.indexOf('*');
  return star >= 0 && !(star === url.length - 1 && url.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined;
};

const nonResourceRule = ({ verbs: used, nonResourceURLs: urls }: NonResourcePolicyRule, path: string): FieldError[] => {
  const at = childPath(path, 'nonResourceURLs');
  const errors = verbErrors(used, childPath(path, 'verbs'));
  const missing = 'nonResourceURLs must contain at least one value';
  errors.push(...wildcard(urls, at, { missing, others: 'non-resource URLs' }));
  if (urls?.includes('*')) return errors;
  return [
    ...errors,
    ...each(urls, at, (url, item) => {
      const fault = urlFault(url);
      return fault === undefined ? [] : [invalid(item, url, fault)];
    }),
  ];
};

/** Who and what a flow schema is about. */
export const validateRules = ({ subjects, resourceRules, nonResourceRules }: PolicyRulesWithSubjects, path: string): FieldError[] => [
  ...(subjects?.length
    ? each(subjects, childPath(path, 'subjects'), validateSubject)
    : [required(childPath(path, 'subjects'), 'subjects must contain at least one value')]),
  ...(resourceRules?.length || nonResourceRules?.length
    ? []
    : [required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty')]),
  ...each(resourceRules, childPath(path, 'resourceRules'), resourceRule),
  ...each(nonResourceRules, childPath(path, 'nonResourceRules'), nonResourceRule),
];

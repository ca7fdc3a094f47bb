import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1035Label, isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { checked, childPath, each, labelSelector, optionalOneOf } from '../checks.ts';
import type {
  MutatingWebhook,
  MutatingWebhookConfiguration,
  RuleWithOperations,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from './types.gen.ts';
import { validateClientConfig } from './validate-client-config.ts';
import { validateMatchConditions } from './validate-expressions.ts';

type Webhook = MutatingWebhook | ValidatingWebhook;

const qualifiedName = (name: string, path: string): FieldError[] => {
  if (!name) return [required(path)];
  const errors = checked(isDns1123Subdomain, name, path);
  const enough = name.split('.').length >= 3;
  return errors.length > 0 || enough ? errors : [invalid(path, name, 'should be a domain with at least three segments separated by dots')];
};

/** Not empty; the wildcard stands alone. Only a group may be the empty text. */
const wildcards = (values: readonly string[] | undefined, path: string, plural: 'API groups' | 'API versions'): FieldError[] => {
  if (!values?.length) return [required(path)];
  const errors =
    values.length > 1 && values.includes('*') ? [invalid(path, values, `if '*' is present, must not specify other ${plural}`)] : [];
  return plural === 'API groups' ? errors : [...errors, ...each(values, path, (value, item) => (value === '' ? [required(item)] : []))];
};

/** Resources, each with its subresource or without; a wildcard leaves nothing for those after it to say. */
const resourceErrors = (resources: readonly string[] | undefined, path: string): FieldError[] => {
  if (!resources?.length) return [required(path)];
  const all = (resource: string, subresource: string): string => `if '${resource}/${subresource}' is present, must not specify`;
  const wide = new Set<string>();
  const narrow = new Set<string>();
  const errors = each(resources, path, (text, item) => {
    if (text === '') return [required(item)];
    if (!text.includes('/')) return [];
    const [resource = '', subresource = ''] = [text.slice(0, text.indexOf('/')), text.slice(text.indexOf('/') + 1)];
    const own: FieldError[] = [];
    if (wide.has(resource)) own.push(invalid(item, text, `${all(resource, '*')} ${text}`));
    if (narrow.has(subresource)) own.push(invalid(item, text, `${all('*', subresource)} ${text}`));
    if (subresource === '*') wide.add(resource);
    if (resource === '*') narrow.add(subresource);
    return own;
  });
  if (resources.length > 1 && resources.includes('*/*')) {
    errors.push(invalid(path, resources, "if '*/*' is present, must not specify other resources"));
  }
  // As in the original, it is the last one that counts.
  const last = resources.findLast((text) => text !== '' && !text.includes('/'));
  return resources.includes('*') && last !== '*'
    ? [...errors, invalid(path, resources, "if '*' is present, must not specify other resources without subresources")]
    : errors;
};

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];

export const validateRule = (rule: RuleWithOperations, path: string): FieldError[] => {
  const at = childPath(path, 'operations');
  const errors: FieldError[] = rule.operations?.length ? [] : [required(at)];
  if ((rule.operations?.length ?? 0) > 1 && rule.operations?.includes('*')) {
    errors.push(invalid(at, rule.operations, "if '*' is present, must not specify other operations"));
  }
  errors.push(
    ...each(rule.operations, at, (operation, item) => (operations.includes(operation) ? [] : [notSupported(item, operation, operations)])),
  );
  return [
    ...errors,
    ...wildcards(rule.apiGroups, childPath(path, 'apiGroups'), 'API groups'),
    ...wildcards(rule.apiVersions, childPath(path, 'apiVersions'), 'API versions'),
    ...resourceErrors(rule.resources, childPath(path, 'resources')),
    ...optionalOneOf(rule.scope, ['*', 'Cluster', 'Namespaced'], childPath(path, 'scope')),
  ];
};

const versionErrors = (versions: readonly string[] | undefined, path: string): FieldError[] => {
  if (!versions?.length) return [required(path, 'must specify one of v1, v1beta1')];
  const seen = new Set<string>();
  const wrong = each(versions, path, (version, item) => {
    if (seen.has(version)) return [invalid(item, version, 'duplicate version')];
    seen.add(version);
    return checked(isDns1035Label, version, item);
  });
  return versions.some((version) => version === 'v1' || version === 'v1beta1')
    ? wrong
    : [...wrong, invalid(path, versions, 'must include at least one of v1, v1beta1')];
};

const validateWebhook = (webhook: Webhook, path: string): FieldError[] => {
  const sideEffects = childPath(path, 'sideEffects');
  const { timeoutSeconds } = webhook;
  const errors = [
    ...qualifiedName(webhook.name, childPath(path, 'name')),
    ...each(webhook.rules, childPath(path, 'rules'), validateRule),
    ...optionalOneOf(webhook.failurePolicy, ['Fail', 'Ignore'], childPath(path, 'failurePolicy')),
    ...optionalOneOf(webhook.matchPolicy, ['Equivalent', 'Exact'], childPath(path, 'matchPolicy')),
    ...((webhook.sideEffects ?? undefined) === undefined
      ? [required(sideEffects, 'must specify one of None, NoneOnDryRun')]
      : optionalOneOf(webhook.sideEffects, ['None', 'NoneOnDryRun'], sideEffects)),
  ];
  if (timeoutSeconds !== undefined && (timeoutSeconds < 1 || timeoutSeconds > 30)) {
    errors.push(invalid(childPath(path, 'timeoutSeconds'), timeoutSeconds, 'the timeout value must be between 1 and 30 seconds'));
  }
  errors.push(...labelSelector(webhook.namespaceSelector, childPath(path, 'namespaceSelector')));
  errors.push(...labelSelector(webhook.objectSelector, childPath(path, 'objectSelector')));
  return [
    ...errors,
    ...('reinvocationPolicy' in webhook
      ? optionalOneOf(webhook.reinvocationPolicy, ['IfNeeded', 'Never'], childPath(path, 'reinvocationPolicy'))
      : []),
    ...validateClientConfig(webhook.clientConfig ?? {}, childPath(path, 'clientConfig')),
    ...validateMatchConditions(webhook.matchConditions, childPath(path, 'matchConditions'), { hasParams: false }),
  ];
};

export const validateWebhooks = ({ webhooks }: MutatingWebhookConfiguration | ValidatingWebhookConfiguration): FieldError[] => {
  const names = new Set<string>();
  return each<Webhook>(webhooks, 'webhooks', (webhook, path) => {
    const errors = validateWebhook(webhook, path);
    if (names.has(webhook.name)) errors.push(duplicate(childPath(path, 'name'), webhook.name));
    names.add(webhook.name);
    return [...errors, ...versionErrors(webhook.admissionReviewVersions, childPath(path, 'admissionReviewVersions'))];
  });
};

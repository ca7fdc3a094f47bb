import { isIdentifier } from '../../apimachinery/cel/parser.ts';
import type { ObjectField } from '../../apimachinery/cel/types.ts';
import { parseGroupVersion } from '../../apimachinery/meta/group-version.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { validateConditions } from '../../apimachinery/validation/conditions.ts';
import { duplicate, forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1035Label, isDns1123Subdomain, isPathSegmentName, isQualifiedName } from '../../apimachinery/validation/names.ts';
import { checked, childPath, each, invalids, labelSelector, oneOf, optionalOneOf } from '../checks.ts';
import type {
  AuditAnnotation,
  MatchResources,
  NamedRuleWithOperations,
  ParamKind,
  ParamRef,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  Validation,
  Variable,
} from './types.gen.ts';
import { checkExpression, validateMatchConditions, type ExpressionScope } from './validate-expressions.ts';
import { validateRule } from './validation.ts';

const namedRule = (rule: NamedRuleWithOperations, path: string): FieldError[] => {
  const names = new Set<string>();
  return [
    ...each(rule.resourceNames, childPath(path, 'resourceNames'), (name, item) => {
      const errors = checked(isPathSegmentName, name, item);
      if (names.has(name)) errors.push(duplicate(item, name));
      names.add(name);
      return errors;
    }),
    ...validateRule(rule, path),
  ];
};

/** MatchResources of v1 or v1beta1, which differ in what their schemas say of matchPolicy. */
export type AnyMatchResources = Omit<MatchResources, 'matchPolicy'> & { matchPolicy?: string };

export const validateMatchResources = (resources: AnyMatchResources | undefined, path: string): FieldError[] =>
  resources
    ? [
        ...optionalOneOf(resources.matchPolicy, ['Equivalent', 'Exact'], childPath(path, 'matchPolicy')),
        ...labelSelector(resources.namespaceSelector, childPath(path, 'namespaceSelector')),
        ...labelSelector(resources.objectSelector, childPath(path, 'objectSelector')),
        ...each(resources.resourceRules, childPath(path, 'resourceRules'), namedRule),
        ...each(resources.excludeResourceRules, childPath(path, 'excludeResourceRules'), namedRule),
      ]
    : [];

export const validateParamKind = ({ apiVersion, kind }: ParamKind, path: string): FieldError[] => {
  const at = childPath(path, 'apiVersion');
  const errors: FieldError[] = [];
  if (!apiVersion) errors.push(required(at));
  else if (apiVersion.split('/').length > 2) errors.push(invalid(at, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  else {
    const { group, version } = parseGroupVersion(apiVersion);
    if (group) errors.push(...invalids(at, group, isDns1123Subdomain(group)));
    errors.push(...(version ? invalids(at, version, isDns1035Label(version)) : [invalid(at, apiVersion, 'version must be specified')]));
  }
  if (!kind) return [...errors, required(childPath(path, 'kind'))];
  return [
    ...errors,
    ...invalids(
      childPath(path, 'kind'),
      kind,
      isDns1035Label(kind.toLowerCase()).map((text) => `may have mixed case, but should otherwise match: ${text}`),
    ),
  ];
};

/** Each variable may read those before it; `known` grows with them. */
export const validateVariable = (
  variable: Variable,
  path: string,
  scope: ExpressionScope,
  known: Map<string, ObjectField>,
): FieldError[] => {
  const { name = '', expression = '' } = variable;
  const errors: FieldError[] = [];
  if (name.trim() === '') errors.push(required(childPath(path, 'name'), 'name is not specified'));
  else if (!isIdentifier(name)) errors.push(invalid(childPath(path, 'name'), name, 'must be a valid CEL identifier'));
  if (expression.trim() === '') return [...errors, required(childPath(path, 'expression'), 'expression is not specified')];
  const { errors: found, type } = checkExpression(expression, childPath(path, 'expression'), { scope });
  if (name) known.set(name, { type, name });
  return [...errors, ...found];
};

const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const hasNewline = (text: string): boolean => /[\n\r]/.test(text);

const validateValidation = (
  { expression = '', message = '', messageExpression = '', reason }: Validation,
  path: string,
  scope: ExpressionScope,
) => {
  const errors: FieldError[] = [];
  const at = childPath(path, 'expression');
  if (expression.trim() === '') errors.push(required(at, 'expression is not specified'));
  else errors.push(...checkExpression(expression, at, { scope, types: ['bool'] }).errors);
  const messagePath = childPath(path, 'messageExpression');
  if (messageExpression && messageExpression.trim() === '') {
    errors.push(invalid(messagePath, messageExpression, 'must be non-empty if specified'));
  } else if (messageExpression) {
    const messageScope = { ...scope, hasAuthorizer: false };
    errors.push(...checkExpression(messageExpression, messagePath, { scope: messageScope, types: ['string'] }).errors);
  }
  if (message && message.trim() === '') errors.push(invalid(childPath(path, 'message'), message, 'must be non-empty if specified'));
  else if (hasNewline(message.trim())) errors.push(invalid(childPath(path, 'message'), message, 'must not contain line breaks'));
  return [...errors, ...optionalOneOf(reason, reasons, childPath(path, 'reason'))];
};

const validateAuditAnnotation = (
  { key = '', valueExpression = '' }: AuditAnnotation,
  path: string,
  name: string,
  scope: ExpressionScope,
) => {
  const keyPath = childPath(path, 'key');
  const at = childPath(path, 'valueExpression');
  const errors = name
    ? isQualifiedName(`${name}/${key}`).map((text) => invalid(keyPath, `${name}/${key}`, text))
    : [invalid(keyPath, key, 'requires metadata.name be non-empty')];
  if (valueExpression.trim() === '') return [...errors, required(at, 'valueExpression is not specified')];
  return [...errors, ...checkExpression(valueExpression, at, { scope, types: ['string', 'null_type'] }).errors];
};

/** A policy: what it matches, and expressions that compile with the variables before them. */
export const validatePolicy = ({ metadata, spec }: ValidatingAdmissionPolicy): FieldError[] => {
  const known = new Map<string, ObjectField>();
  const base = { hasParams: spec.paramKind !== undefined };
  const scope: ExpressionScope = spec.variables?.length ? { ...base, variables: known } : base;
  const errors =
    spec.failurePolicy === undefined
      ? [required('spec.failurePolicy')]
      : optionalOneOf(spec.failurePolicy, ['Fail', 'Ignore'], 'spec.failurePolicy');
  if (spec.paramKind) errors.push(...validateParamKind(spec.paramKind, 'spec.paramKind'));
  if (spec.matchConstraints) {
    errors.push(...validateMatchResources(spec.matchConstraints, 'spec.matchConstraints'));
    if (!spec.matchConstraints.resourceRules?.length) errors.push(required('spec.matchConstraints.resourceRules'));
  } else errors.push(required('spec.matchConstraints'));
  errors.push(...validateMatchConditions(spec.matchConditions, 'spec.matchConditions', base));
  errors.push(...each(spec.variables, 'spec.variables', (variable, path) => validateVariable(variable, path, scope, known)));
  if (!spec.validations?.length && !spec.auditAnnotations?.length) {
    errors.push(required('spec.validations', 'validations or auditAnnotations must contain at least one item'));
    errors.push(required('spec.auditAnnotations', 'validations or auditAnnotations must contain at least one item'));
  }
  const keys = new Set<string>();
  return [
    ...errors,
    ...each(spec.validations, 'spec.validations', (validation, path) => validateValidation(validation, path, scope)),
    ...each(spec.auditAnnotations, 'spec.auditAnnotations', (annotation, path) => {
      const own = validateAuditAnnotation(annotation, path, metadata.name ?? '', scope);
      if (keys.has(annotation.key)) own.push(duplicate(childPath(path, 'key'), annotation.key));
      keys.add(annotation.key);
      return own;
    }),
  ];
};

/** What checking the types of expressions found. */
export const validatePolicyStatus = ({ status }: ValidatingAdmissionPolicy): FieldError[] => [
  ...each(status?.typeChecking?.expressionWarnings, 'status.typeChecking.expressionWarnings', ({ warning, fieldRef }, path) => [
    ...(warning ? [] : [required(childPath(path, 'warning'))]),
    ...(fieldRef ? [] : [required(childPath(path, 'fieldRef'))]),
  ]),
  ...validateConditions(status?.conditions, 'status.conditions'),
];

export const validateParamRef = ({ name, selector, parameterNotFoundAction: action }: ParamRef, path: string): FieldError[] => {
  const errors = name ? checked(isPathSegmentName, name, childPath(path, 'name')) : [];
  const both = 'name and selector are mutually exclusive';
  if (name && selector) errors.push(forbiddenField(childPath(path, 'name'), both));
  if (selector) errors.push(...labelSelector(selector, childPath(path, 'selector')));
  if (name && selector) errors.push(forbiddenField(childPath(path, 'selector'), both));
  if (!name && !selector) errors.push(required(path, 'one of name or selector must be specified'));
  return [...errors, ...oneOf(action, ['Deny', 'Allow'], childPath(path, 'parameterNotFoundAction'))];
};

const actions = ['Audit', 'Deny', 'Warn'];
const denyAndWarn =
  'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';

export const validatePolicyBinding = ({ spec }: ValidatingAdmissionPolicyBinding): FieldError[] => {
  const errors = spec.policyName ? checked(isDns1123Subdomain, spec.policyName, 'spec.policyName') : [required('spec.policyName')];
  if (spec.paramRef) errors.push(...validateParamRef(spec.paramRef, 'spec.paramRef'));
  errors.push(...validateMatchResources(spec.matchResources, 'spec.matchResources'));
  const at = 'spec.validationActions';
  const used = new Set<string>();
  errors.push(
    ...each(spec.validationActions, at, (action, path) => {
      const own = actions.includes(action) ? [] : [notSupported(path, action, actions)];
      if (used.has(action)) own.push(duplicate(path, action));
      used.add(action);
      return own;
    }),
  );
  if (used.has('Deny') && used.has('Warn')) errors.push(invalid(at, spec.validationActions, denyAndWarn));
  return used.size === 0 ? [...errors, required(at, 'at least one validation action is required')] : errors;
};

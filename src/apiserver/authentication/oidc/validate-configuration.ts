import type { FieldError } from '../../../apimachinery/validation/field-error.ts';
import { duplicate, invalid, required, tooMany } from '../../../apimachinery/validation/field-errors.ts';
import { isDns1123Subdomain } from '../../../apimachinery/validation/names.ts';
import { expressionErrors } from './claim-program.ts';
import type { AuthenticationFile, ClaimValidationRule, JwtAuthenticatorConfiguration, PrefixedClaim } from './configuration.ts';
import { validateIssuer } from './validate-issuer.ts';

const maxIssuers = 64;
const bothSet = "claim and expression can't both be set";

const duplicates = (values: readonly (string | undefined)[], pathOf: (index: number) => string): FieldError[] =>
  values.flatMap((value, index) => (value && values.indexOf(value) < index ? [duplicate(pathOf(index), value)] : []));

/** A claim needs a prefix, be it empty, and an expression may have none. */
const prefixedErrors = ({ claim, prefix, expression }: PrefixedClaim, path: string): FieldError[] => {
  if (claim && expression) return [invalid(path, '', bothSet)];
  if (expression && prefix !== undefined) return [invalid(`${path}.prefix`, prefix, 'may not be specified when expression is set')];
  if (claim && prefix === undefined)
    return [required(`${path}.prefix`, 'prefix is required when claim is set. It can be set to an empty string to disable prefixing')];
  return expression ? expressionErrors(expression, 'claims', `${path}.expression`) : [];
};

const extraKeyErrors = (key: string, path: string): FieldError[] => {
  if (key === '') return [required(path)];
  const slash = key.indexOf('/');
  if (slash <= 0 || slash === key.length - 1) return [invalid(path, key, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const domain = key.slice(0, slash);
  const errors = isDns1123Subdomain(domain).map((why) => invalid(path, domain, why));
  if (/(^|\.)(kubernetes|k8s)\.io$/.test(domain))
    errors.push(invalid(path, key, 'k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use'));
  if (key !== key.toLowerCase()) errors.push(invalid(path, key, 'must be lowercase'));
  return errors;
};

const ruleErrors = ({ claim, requiredValue, expression, message }: ClaimValidationRule, path: string): FieldError[] => {
  if (claim && expression) return [invalid(path, claim, bothSet)];
  if (!claim && !expression) return [required(path, 'claim or expression is required')];
  if (claim) return message ? [invalid(`${path}.message`, message, 'may not be specified when claim is set')] : [];
  if (requiredValue) return [invalid(`${path}.requiredValue`, requiredValue, 'may not be specified when expression is set')];
  return expressionErrors(expression ?? '', 'claims', `${path}.expression`, { isRule: true });
};

/** Providers let people set an address that is not theirs: who is named by it must have been looked at. */
const emailErrors = (
  { claimMappings: { username, extra = [] }, claimValidationRules = [] }: JwtAuthenticatorConfiguration,
  path: string,
) => {
  const { expression = '' } = username;
  if (!/\bclaims\.email\b/.test(expression)) return [];
  const others = [...extra.map(({ valueExpression }) => valueExpression), ...claimValidationRules.map((rule) => rule.expression ?? '')];
  if ([expression, ...others].some((each) => /\bclaims\.\??email_verified\b/.test(each))) return [];
  const at = `${path}.username.expression`;
  const places = 'claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression';
  const detail = `claims.email_verified must be used in ${places} when claims.email is used in claimMappings.username.expression`;
  return [invalid(at, expression, detail)];
};

const mappingErrors = (entry: JwtAuthenticatorConfiguration, path: string): FieldError[] => {
  const { username, groups, uid, extra = [] } = entry.claimMappings ?? {};
  const errors: FieldError[] = [];
  if (!username?.claim && !username?.expression) errors.push(required(`${path}.username`, 'claim or expression is required'));
  else errors.push(...prefixedErrors(username, `${path}.username`), ...emailErrors(entry, path));
  if (groups) errors.push(...prefixedErrors(groups, `${path}.groups`));
  if (uid?.claim && uid.expression) errors.push(invalid(`${path}.uid`, '', bothSet));
  else if (uid?.expression) errors.push(...expressionErrors(uid.expression, 'claims', `${path}.uid.expression`));
  const keys = extra.map(({ key = '' }) => key);
  for (const [index, { key = '', valueExpression = '' }] of extra.entries()) {
    const at = `${path}.extra[${index}]`;
    errors.push(...(keys.indexOf(key) < index ? [duplicate(`${at}.key`, key)] : extraKeyErrors(key, `${at}.key`)));
    if (valueExpression === '') errors.push(required(`${at}.valueExpression`));
    else errors.push(...expressionErrors(valueExpression, 'claims', `${at}.valueExpression`));
  }
  return errors;
};

const entryErrors = (entry: JwtAuthenticatorConfiguration, path: string, disallowed: readonly string[]): FieldError[] => {
  const { issuer, claimValidationRules = [], userValidationRules = [] } = entry;
  const rulePath = (index: number): string => `${path}.claimValidationRules[${index}]`;
  const userPath = (index: number): string => `${path}.userValidationRules[${index}].expression`;
  return [
    ...validateIssuer(issuer ?? {}, `${path}.issuer`, disallowed),
    ...claimValidationRules.flatMap((rule, index) => ruleErrors(rule, rulePath(index))),
    ...duplicates(
      claimValidationRules.map(({ claim }) => claim),
      (index) => `${rulePath(index)}.claim`,
    ),
    ...duplicates(
      claimValidationRules.map(({ expression }) => expression),
      (index) => `${rulePath(index)}.expression`,
    ),
    ...mappingErrors(entry, `${path}.claimMappings`),
    ...userValidationRules.flatMap(({ expression = '' }, index) =>
      expression === '' ? [required(userPath(index))] : expressionErrors(expression, 'user', userPath(index), { isRule: true }),
    ),
    ...duplicates(
      userValidationRules.map(({ expression }) => expression),
      userPath,
    ),
  ];
};

/** All that is wrong with an AuthenticationConfiguration, what its expressions say included. */
export const validateAuthentication = (file: AuthenticationFile, disallowedIssuers: readonly string[]): FieldError[] => {
  const jwt = file.jwt ?? [];
  const { enabled = false, conditions = [] } = file.anonymous ?? {};
  if (jwt.length > maxIssuers) return [tooMany('jwt', jwt.length, maxIssuers)];
  const entries = jwt.map((entry) => entry ?? ({} as JwtAuthenticatorConfiguration));
  return [
    ...entries.flatMap((entry, index) => entryErrors(entry, `jwt[${index}]`, disallowedIssuers)),
    ...duplicates(
      entries.map(({ issuer }) => issuer?.url),
      (index) => `jwt[${index}].issuer.url`,
    ),
    ...duplicates(
      entries.map(({ issuer }) => issuer?.discoveryURL),
      (index) => `jwt[${index}].issuer.discoveryURL`,
    ),
    ...(!enabled && conditions.length > 0
      ? [
          invalid(
            'anonymous.conditions',
            conditions.map(({ path = '' }) => ({ Path: path })),
            'enabled should be set to true when conditions are defined',
          ),
        ]
      : []),
  ];
};

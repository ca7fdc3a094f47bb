import { jsonPatchTypeName, objectTypeName } from '../../apimachinery/cel/patch-types.ts';
import type { ObjectField } from '../../apimachinery/cel/types.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { checked, childPath, each, oneOf } from '../checks.ts';
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, Mutation } from './types-v1beta1.gen.ts';
import { checkExpression, validateMatchConditions, type ExpressionScope } from './validate-expressions.ts';
import {
  type AnyMatchResources,
  validateMatchResources,
  validateParamKind,
  validateParamRef,
  validateVariable,
} from './validate-policy.ts';

const operations = ['*', 'CONNECT', 'CREATE', 'UPDATE'];

/** What is deleted cannot be changed. */
const operationErrors = (resources: AnyMatchResources | undefined, path: string): FieldError[] =>
  (resources?.resourceRules ?? []).flatMap((rule) =>
    (rule.operations ?? [])
      .filter((operation) => !operations.includes(operation))
      .map((operation) => notSupported(`${path}.resourceRules.operations`, operation, operations)),
  );

const forms = {
  ApplyConfiguration: { field: 'applyConfiguration', other: 'jsonPatch', type: objectTypeName },
  JSONPatch: { field: 'jsonPatch', other: 'applyConfiguration', type: `list(${jsonPatchTypeName})` },
} as const;

const validateMutation = (mutation: Mutation, path: string, scope: ExpressionScope): FieldError[] => {
  const { patchType } = mutation;
  if (!patchType) return [required(childPath(path, 'patchType'))];
  if (!Object.hasOwn(forms, patchType)) return [notSupported(childPath(path, 'patchType'), patchType, Object.keys(forms))];
  const { field, other, type } = forms[patchType];
  const errors: FieldError[] = [];
  const form = mutation[field];
  if (!form) errors.push(required(childPath(path, field), `must be specified when patchType is ${patchType}`));
  else {
    const expression = form.expression?.trim() ?? '';
    const at = childPath(childPath(path, field), 'expression');
    errors.push(...(expression === '' ? [required(at)] : checkExpression(expression, at, { scope, types: [type] }).errors));
  }
  if (mutation[other]) errors.push(invalid(childPath(path, other), `{${other}}`, `must not be specified when patchType is ${patchType}`));
  return errors;
};

/** A policy: what it matches, and expressions that make patches, with the variables before them (KEP-3962). */
export const validateMutatingPolicy = ({ spec }: MutatingAdmissionPolicy): FieldError[] => {
  const known = new Map<string, ObjectField>();
  const base = { hasParams: spec.paramKind !== undefined };
  const scope: ExpressionScope = { ...base, variables: known };
  const errors = oneOf(spec.failurePolicy, ['Fail', 'Ignore'], 'spec.failurePolicy');
  if (spec.paramKind) errors.push(...validateParamKind(spec.paramKind, 'spec.paramKind'));
  if (spec.matchConstraints) {
    errors.push(...validateMatchResources(spec.matchConstraints, 'spec.matchConstraints'));
    if (!spec.matchConstraints.resourceRules?.length) errors.push(required('spec.matchConstraints.resourceRules'));
    errors.push(...operationErrors(spec.matchConstraints, 'spec.matchConstraints'));
  } else errors.push(required('spec.matchConstraints'));
  errors.push(...validateMatchConditions(spec.matchConditions, 'spec.matchConditions', base));
  errors.push(...each(spec.variables, 'spec.variables', (variable, path) => validateVariable(variable, path, scope, known)));
  const patches = { ...scope, hasPatchTypes: true };
  errors.push(
    ...(spec.mutations?.length
      ? each(spec.mutations, 'spec.mutations', (mutation, path) => validateMutation(mutation, path, patches))
      : [required('spec.mutations', 'mutations must contain at least one item')]),
  );
  return [...errors, ...oneOf(spec.reinvocationPolicy, ['IfNeeded', 'Never'], 'spec.reinvocationPolicy')];
};

export const validateMutatingPolicyBinding = ({ spec }: MutatingAdmissionPolicyBinding): FieldError[] => [
  ...(spec.policyName ? checked(isDns1123Subdomain, spec.policyName, 'spec.policyName') : [required('spec.policyName')]),
  ...(spec.paramRef ? validateParamRef(spec.paramRef, 'spec.paramRef') : []),
  ...validateMatchResources(spec.matchResources, 'spec.matchResources'),
  ...operationErrors(spec.matchResources, 'spec.matchResources'),
];

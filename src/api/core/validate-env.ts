import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { isConfigMapKey, isRelaxedEnvVarName } from '../../apimachinery/validation/values.ts';
import { checked, childPath, each, requiredName } from '../checks.ts';
import type { EnvFromSource, EnvVar, EnvVarSource, ObjectFieldSelector, ResourceFieldSelector } from './types.gen.ts';

const envFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const volumeFields = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];
const resourceFields = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

/** A field of the pod itself, for an environment variable or a downward API file. */
export const validateFieldRef = (ref: ObjectFieldSelector, path: string, use: 'env' | 'volume'): FieldError[] => {
  if (!ref.apiVersion) return [required(childPath(path, 'apiVersion'))];
  if (!ref.fieldPath) return [required(childPath(path, 'fieldPath'))];
  const fieldPath = childPath(path, 'fieldPath');
  if (ref.apiVersion !== 'v1')
    return [invalid(fieldPath, ref.fieldPath, `error converting fieldPath: unsupported pod version: ${ref.apiVersion}`)];
  if (/^metadata\.(labels|annotations)\['.+'\]$/.test(ref.fieldPath)) return [];
  const supported = use === 'env' ? envFields : volumeFields;
  if (supported.includes(ref.fieldPath)) return [];
  if (!envFields.includes(ref.fieldPath) && !volumeFields.includes(ref.fieldPath)) {
    return [invalid(fieldPath, ref.fieldPath, `error converting fieldPath: field label not supported: ${ref.fieldPath}`)];
  }
  return [notSupported(fieldPath, ref.fieldPath, supported)];
};

export const validateResourceFieldRef = (ref: ResourceFieldSelector, path: string, use: 'env' | 'volume'): FieldError[] => {
  if (use === 'volume' && !ref.containerName) return [required(childPath(path, 'containerName'))];
  if (!ref.resource) return [required(childPath(path, 'resource'))];
  if (resourceFields.includes(ref.resource) || /^(limits|requests)\.hugepages-/.test(ref.resource)) return [];
  return [notSupported(childPath(path, 'resource'), ref.resource, resourceFields)];
};

const keyRef = (ref: { readonly name?: string; readonly key: string }, path: string): FieldError[] => [
  ...(ref.name ? checked(isDns1123Subdomain, ref.name, childPath(path, 'name')) : []),
  ...requiredName(isConfigMapKey, ref.key, childPath(path, 'key')),
];

const sourceErrors = (source: EnvVarSource, path: string): FieldError[] => [
  ...(source.fieldRef ? validateFieldRef(source.fieldRef, childPath(path, 'fieldRef'), 'env') : []),
  ...(source.resourceFieldRef ? validateResourceFieldRef(source.resourceFieldRef, childPath(path, 'resourceFieldRef'), 'env') : []),
  ...(source.configMapKeyRef ? keyRef(source.configMapKeyRef, childPath(path, 'configMapKeyRef')) : []),
  ...(source.secretKeyRef ? keyRef(source.secretKeyRef, childPath(path, 'secretKeyRef')) : []),
];

const validateSource = ({ value, valueFrom }: EnvVar, path: string): FieldError[] => {
  if (!valueFrom) return [];
  const errors = sourceErrors(valueFrom, path);
  const count = Object.keys(valueFrom).length;
  if (count === 0) {
    const message = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    return [...errors, invalid(path, '', message)];
  }
  if (value) return [...errors, invalid(path, '', 'may not be specified when `value` is not empty')];
  return count > 1 ? [...errors, invalid(path, '', 'may not have more than one field specified at a time')] : errors;
};

export const validateEnv = (variables: readonly EnvVar[] | undefined, path: string): FieldError[] =>
  each(variables, path, (variable, item) => [
    ...requiredName(isRelaxedEnvVarName, variable.name, childPath(item, 'name')),
    ...validateSource(variable, childPath(item, 'valueFrom')),
  ]);

export const validateEnvFrom = (sources: readonly EnvFromSource[] | undefined, path: string): FieldError[] =>
  each(sources, path, ({ prefix, configMapRef, secretRef }, item) => {
    const errors = prefix ? checked(isRelaxedEnvVarName, prefix, childPath(item, 'prefix')) : [];
    if (configMapRef) errors.push(...requiredName(isDns1123Subdomain, configMapRef.name, childPath(item, 'configMapRef.name')));
    if (secretRef) errors.push(...requiredName(isDns1123Subdomain, secretRef.name, childPath(item, 'secretRef.name')));
    if (!configMapRef && !secretRef) errors.push(invalid(item, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (configMapRef && secretRef) errors.push(invalid(item, '', 'may not have more than one field specified at a time'));
    return errors;
  });

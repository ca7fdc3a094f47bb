import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { fieldNotFound, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { isConfigMapKey, isRelaxedEnvVarName } from '../../apimachinery/validation/values.ts';
import { checked, childPath, each, requiredName } from '../checks.ts';
import { eachContainer } from './each-container.ts';
import type {
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  FileKeySelector,
  ObjectFieldSelector,
  PodSpec,
  ResourceFieldSelector,
} from './types.gen.ts';
import { noBacksteps } from './validate-volume-paths.ts';

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

const byteDivisors = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];
const divisorRules: readonly (readonly [resource: RegExp, divisors: readonly string[], resourceName: string])[] = [
  [/^(limits|requests)\.cpu$/, ['1m', '1'], 'cpu'],
  [/^(limits|requests)\.memory$/, byteDivisors, 'memory'],
  [/^(limits|requests)\.ephemeral-storage$/, byteDivisors, 'local ephemeral storage'],
  [/^(limits|requests)\.hugepages-/, byteDivisors, 'hugepages'],
];

/** The units that a resource may be counted in. */
const divisorErrors = ({ resource = '', divisor = '0' }: ResourceFieldSelector, path: string): FieldError[] => {
  const rule = divisor === '0' ? undefined : divisorRules.find(([pattern]) => pattern.test(resource));
  if (!rule || rule[1].includes(divisor)) return [];
  const [, divisors, name] = rule;
  const supported = name === 'cpu' ? divisors.join(' and ') : divisors.join(', ');
  return [invalid(path, resource, `only divisor's values ${supported} are supported with the ${name} resource`)];
};

export const validateResourceFieldRef = (ref: ResourceFieldSelector, path: string, use: 'env' | 'volume'): FieldError[] => {
  const errors: FieldError[] = [];
  if (use === 'volume' && !ref.containerName) errors.push(required(childPath(path, 'containerName')));
  else if (!ref.resource) errors.push(required(childPath(path, 'resource')));
  else if (!resourceFields.includes(ref.resource) && !/^(limits|requests)\.hugepages-/.test(ref.resource)) {
    errors.push(notSupported(childPath(path, 'resource'), ref.resource, resourceFields));
  }
  return [...errors, ...divisorErrors(ref, childPath(path, 'divisor'))];
};

const keyRef = (ref: { readonly name?: string; readonly key: string }, path: string): FieldError[] => [
  ...checked(isDns1123Subdomain, ref.name ?? '', childPath(path, 'name')),
  ...requiredName(isConfigMapKey, ref.key, childPath(path, 'key')),
];

const fileKeyRef = ({ key, volumeName, path: file }: FileKeySelector, path: string): FieldError[] => [
  ...requiredName(isRelaxedEnvVarName, key, childPath(path, 'key')),
  ...requiredName(isDns1123Label, volumeName, childPath(path, 'volumeName')),
  ...(file ? noBacksteps(file, childPath(path, 'path')) : [required(childPath(path, 'path'))]),
];

/** Files with variables are in an emptyDir of the pod (KEP-3721). */
export const validateFileKeyVolumes = (spec: PodSpec, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  eachContainer(spec, path, ({ env }, item) => {
    for (const [index, { valueFrom }] of (env ?? []).entries()) {
      const name = valueFrom?.fileKeyRef?.volumeName;
      if (!valueFrom?.fileKeyRef) continue;
      const at = `${childPath(item, 'env')}[${index}].valueFrom.fileKeyRef.volumeName`;
      const volume = spec.volumes?.find((candidate) => candidate.name === name);
      if (!volume) errors.push(fieldNotFound(at, name ?? ''));
      else if (!volume.emptyDir) errors.push(invalid(at, name, 'referenced volume must be of type emptyDir'));
    }
  });
  return errors;
};

const sourceErrors = (source: EnvVarSource, path: string): FieldError[] => [
  ...(source.fieldRef ? validateFieldRef(source.fieldRef, childPath(path, 'fieldRef'), 'env') : []),
  ...(source.resourceFieldRef ? validateResourceFieldRef(source.resourceFieldRef, childPath(path, 'resourceFieldRef'), 'env') : []),
  ...(source.configMapKeyRef ? keyRef(source.configMapKeyRef, childPath(path, 'configMapKeyRef')) : []),
  ...(source.secretKeyRef ? keyRef(source.secretKeyRef, childPath(path, 'secretKeyRef')) : []),
  ...(source.fileKeyRef ? fileKeyRef(source.fileKeyRef, childPath(path, 'fileKeyRef')) : []),
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
    if (!configMapRef && !secretRef) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (configMapRef && secretRef) errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    return errors;
  });

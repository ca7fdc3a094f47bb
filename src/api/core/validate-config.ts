import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import { decodeJson } from '../../apimachinery/json/decode-json.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid, required, tooLong } from '../../apimachinery/validation/field-errors.ts';
import { exceedsBytes } from '../../apimachinery/validation/names.ts';
import { isConfigMapKey } from '../../apimachinery/validation/values.ts';
import { checked, eachEntry, unchanged } from '../checks.ts';
import type { ConfigMap, Secret } from './types.gen.ts';

/** Of all values together, in bytes. */
const maxSize = 1024 * 1024;

const decodedLength = (base64: string): number =>
  Math.floor((base64.length * 3) / 4) - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);

const decodedSize = (values: Readonly<Record<string, string>> | undefined): number =>
  Object.values(values ?? {}).reduce((total, value) => total + decodedLength(value), 0);

export const validateConfigMap = ({ data, binaryData }: ConfigMap): FieldError[] => [
  ...eachEntry(data, 'data', (key, _value, path) => [
    ...checked(isConfigMapKey, key, path),
    ...(binaryData !== undefined && Object.hasOwn(binaryData, key) ? [invalid(path, key, 'duplicate of key present in binaryData')] : []),
  ]),
  ...eachEntry(binaryData, 'binaryData', (key, _value, path) => checked(isConfigMapKey, key, path)),
  ...(exceedsBytes(Object.values(data ?? {}), maxSize - decodedSize(binaryData)) ? [tooLong('', maxSize)] : []),
];

const immutableMessage = 'field is immutable when `immutable` is set';

/** What an update of an immutable object changed all the same. */
const immutableErrors = (object: object, old: { readonly immutable?: boolean }, fields: readonly string[]): FieldError[] => {
  if (!old.immutable) return [];
  const [now, before] = [object, old] as readonly Record<string, unknown>[];
  const errors = now?.['immutable'] ? [] : [forbiddenField('immutable', immutableMessage)];
  const changed = fields.filter((field) => !jsonEqual(now?.[field] ?? null, before?.[field] ?? null));
  return [...errors, ...changed.map((field) => forbiddenField(field, immutableMessage))];
};

export const validateConfigMapUpdate = (map: ConfigMap, old: ConfigMap): FieldError[] => [
  ...immutableErrors(map, old, ['data', 'binaryData']),
  ...validateConfigMap(map),
];

/** Keys that secrets of a type must have. */
const requiredKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

const jsonKeys: Readonly<Record<string, string>> = {
  'kubernetes.io/dockercfg': '.dockercfg',
  'kubernetes.io/dockerconfigjson': '.dockerconfigjson',
};

const typeErrors = ({ type = '', data = {}, metadata }: Secret): FieldError[] => {
  const serviceAccount = 'kubernetes.io/service-account.name';
  if (type === 'kubernetes.io/service-account-token' && !metadata.annotations?.[serviceAccount]) {
    return [required(`metadata.annotations[${serviceAccount}]`)];
  }
  if (type === 'kubernetes.io/basic-auth' && data['username'] === undefined && data['password'] === undefined) {
    return [required('data[username]'), required('data[password]')];
  }
  const jsonKey = jsonKeys[type];
  if (jsonKey !== undefined) {
    const value = data[jsonKey];
    if (value === undefined) return [required(`data[${jsonKey}]`)];
    const problem = mapProblem(Buffer.from(value, 'base64').toString());
    return problem === undefined ? [] : [invalid(`data[${jsonKey}]`, '<secret contents redacted>', problem)];
  }
  if (type === 'kubernetes.io/ssh-auth' && !data['ssh-privatekey']) return [required('data[ssh-privatekey]')];
  return (requiredKeys[type] ?? []).filter((key) => data[key] === undefined).map((key) => required(`data[${key}]`));
};

/** Why a text is no JSON object, in the words of Go's decoder; null is taken as one. */
const mapProblem = (text: string): string | undefined => {
  try {
    const { value } = decodeJson(text);
    const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    return type === 'object' ? undefined : `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`;
  } catch (error) {
    return (error as Error).message;
  }
};

export const validateSecret = (secret: Secret): FieldError[] => [
  ...eachEntry(secret.data, 'data', (key, _value, path) => checked(isConfigMapKey, key, path)),
  ...(decodedSize(secret.data) > maxSize ? [tooLong('data', maxSize)] : []),
  ...typeErrors(secret),
];

export const validateSecretUpdate = (secret: Secret, old: Secret): FieldError[] => [
  ...unchanged(secret.type, old.type, 'type'),
  ...immutableErrors(secret, old, ['data']),
  ...validateSecret(secret),
];

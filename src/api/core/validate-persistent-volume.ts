import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { checked, childPath, eachEntry, optionalOneOf } from '../checks.ts';
import type { PersistentVolumeSpec } from './types.gen.ts';
import { accessModes, notBelowZero, positiveAmount } from './validate-storage-fields.ts';
import { noBacksteps } from './validate-volume-paths.ts';
import { validateNodeSelector } from './validate-scheduling.ts';
import {
  commonSources,
  csiDriverName,
  iscsi,
  requiredFields,
  shownSource,
  storageos,
  type SourceChecks,
} from './validate-volume-sources.ts';

const secretNames = ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef'] as const;

const secretReference = (secret: { readonly name?: string; readonly namespace?: string }, path: string): FieldError[] => [
  ...(secret.name ? checked(isDns1123Subdomain, secret.name, childPath(path, 'name')) : [required(childPath(path, 'name'))]),
  ...(secret.namespace
    ? checked(isDns1123Label, secret.namespace, childPath(path, 'namespace'))
    : [required(childPath(path, 'namespace'))]),
];

const sources: SourceChecks<PersistentVolumeSpec> = {
  ...(commonSources as SourceChecks<PersistentVolumeSpec>),
  glusterfs: (source, path) => {
    const errors = requiredFields(source, path, ['endpoints', 'path']);
    const { endpointsNamespace: namespace } = source;
    const at = childPath(path, 'endpointsNamespace');
    if (namespace === undefined) return errors;
    return namespace
      ? [...errors, ...checked(isDns1123Label, namespace, at)]
      : [...errors, invalid(at, namespace, 'if the endpointnamespace is set, it must be a valid namespace name')];
  },
  iscsi: (source, path) => [
    ...iscsi(source, path, 'must be valid format'),
    ...(source.secretRef ? requiredFields(source.secretRef, childPath(path, 'secretRef'), ['name']) : []),
  ],
  cinder: (source, path) => [
    ...requiredFields(source, path, ['volumeID']),
    ...(source.secretRef ? requiredFields(source.secretRef, childPath(path, 'secretRef'), ['name', 'namespace']) : []),
  ],
  azureFile: (source, path) => [
    ...requiredFields(source, path, ['secretName', 'shareName']),
    ...(source.secretNamespace === '' ? [required(childPath(path, 'secretNamespace'))] : []),
  ],
  local: (source, path) => (source.path ? noBacksteps(source.path, childPath(path, 'path')) : requiredFields(source, path, ['path'])),
  storageos: (source, path) => storageos(source, path, ['name', 'namespace']),
  csi: (source, path) => [
    ...csiDriverName(source.driver, childPath(path, 'driver')),
    ...requiredFields(source, path, ['volumeHandle']),
    ...secretNames.flatMap((name) => {
      const secret = source[name];
      return secret ? secretReference(secret, childPath(path, name)) : [];
    }),
  ],
};

/** In the order in which the original looks. */
const order: readonly (keyof PersistentVolumeSpec)[] = [
  'hostPath', 'gcePersistentDisk', 'awsElasticBlockStore', 'glusterfs', 'flocker', 'nfs', 'rbd', 'quobyte', 'cephfs', 'iscsi', 'cinder', 'fc',
  'flexVolume', 'azureFile', 'vsphereVolume', 'photonPersistentDisk', 'portworxVolume', 'azureDisk', 'scaleIO', 'local', 'storageos', 'csi',
]; // prettier-ignore

const sourceErrors = (spec: PersistentVolumeSpec, path: string): FieldError[] => {
  let found = false;
  const errors = order.flatMap((name) => {
    const source = spec[name];
    if (source === undefined) return [];
    // A flex volume may be one too many without anybody minding.
    if (found && name !== 'flexVolume') {
      return [forbiddenField(childPath(path, name === 'cephfs' ? 'cephFS' : name), 'may not specify more than 1 volume type')];
    }
    found = true;
    const check = sources[name] as (value: unknown, at: string) => FieldError[];
    const own = check(source, childPath(path, shownSource[name] ?? name));
    return name === 'local' && !spec.nodeAffinity
      ? [...own, required(childPath(path, 'nodeAffinity'), 'Local volume requires node affinity')]
      : own;
  });
  return found ? errors : [...errors, required(path, 'must specify a volume type')];
};

const inlineContext = 'in the context of inline volumes';

/** What a volume has when it stands alone and not within an attachment. */
const standalone = (spec: PersistentVolumeSpec, path: string): FieldError[] => {
  const names = Object.keys(spec.capacity ?? {});
  const at = childPath(path, 'capacity');
  const errors: FieldError[] = names.length === 0 ? [required(at)] : [];
  if (names.length > 1 || names[0] !== 'storage')
    errors.push(notSupported(at, names.length === 0 ? null : sorted(spec.capacity ?? {}), ['storage']));
  errors.push(
    ...eachEntry(spec.capacity, at, (name, amount, item) => [...notBelowZero(amount, item), ...positiveAmount(name, amount, item)]),
  );
  errors.push(
    ...optionalOneOf(
      spec.persistentVolumeReclaimPolicy || undefined,
      ['Delete', 'Recycle', 'Retain'],
      childPath(path, 'persistentVolumeReclaimPolicy'),
    ),
  );
  if (!spec.nodeAffinity) return errors;
  const affinity = childPath(path, 'nodeAffinity.required');
  return spec.nodeAffinity.required
    ? [...errors, ...validateNodeSelector(spec.nodeAffinity.required, affinity)]
    : [...errors, required(affinity, 'must specify required node constraints')];
};

/** As the original prints a map. */
const sorted = (map: Readonly<Record<string, string>>): object =>
  Object.fromEntries(Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** Only a CSI volume may be given inline, and with nothing that belongs to a volume of its own. */
const inline = (spec: PersistentVolumeSpec, path: string): FieldError[] => {
  const message = `may not be specified ${inlineContext}`;
  const errors: FieldError[] = [];
  if (spec.claimRef) errors.push(forbiddenField(childPath(path, 'claimRef'), message));
  if (Object.keys(spec.capacity ?? {}).length > 0) errors.push(forbiddenField(childPath(path, 'capacity'), message));
  if (!spec.csi) errors.push(required(childPath(path, 'csi'), `has to be specified ${inlineContext}`));
  return errors;
};

const inlineRest = (spec: PersistentVolumeSpec, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  if (spec.persistentVolumeReclaimPolicy && spec.persistentVolumeReclaimPolicy !== 'Retain') {
    errors.push(forbiddenField(childPath(path, 'persistentVolumeReclaimPolicy'), `may only be Retain ${inlineContext}`));
  }
  if (spec.nodeAffinity) errors.push(forbiddenField(childPath(path, 'nodeAffinity'), `may not be specified ${inlineContext}`));
  return errors;
};

const inlineEnd = (spec: PersistentVolumeSpec, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  if (spec.storageClassName) errors.push(forbiddenField(childPath(path, 'storageClassName'), `may not be specified ${inlineContext}`));
  if (spec.volumeMode !== undefined && spec.volumeMode !== 'Filesystem') {
    errors.push(forbiddenField(childPath(path, 'volumeMode'), `may not specify volumeMode other than Filesystem ${inlineContext}`));
  }
  return errors;
};

const standaloneEnd = (spec: PersistentVolumeSpec, path: string): FieldError[] => [
  ...(spec.storageClassName ? checked(isDns1123Subdomain, spec.storageClassName, childPath(path, 'storageClassName')) : []),
  ...optionalOneOf(spec.volumeMode, ['Block', 'Filesystem'], childPath(path, 'volumeMode')),
];

const attributesClass = ({ volumeAttributesClassName: name, csi }: PersistentVolumeSpec, path: string): FieldError[] => {
  if (name === undefined) return [];
  const at = childPath(path, 'volumeAttributesClassName');
  const errors = name ? checked(isDns1123Subdomain, name, at) : [required(at, 'an empty string is disallowed')];
  return csi ? errors : [...errors, required(childPath(path, 'csi'), 'has to be specified when using volumeAttributesClassName')];
};

/** The spec of a PersistentVolume, or of the volume within a VolumeAttachment. */
export const validatePersistentVolumeSpec = (spec: PersistentVolumeSpec, path: string, isInline = false): FieldError[] => {
  const recyclesRoot = spec.hostPath && /^\/*(\.?\/*)*$/.test(spec.hostPath.path) && spec.persistentVolumeReclaimPolicy === 'Recycle';
  return [
    ...(isInline ? inline(spec, path) : []),
    ...accessModes(spec.accessModes, childPath(path, 'accessModes'), ''),
    ...(isInline ? inlineRest(spec, path) : standalone(spec, path)),
    ...sourceErrors(spec, path),
    ...(recyclesRoot && spec.hostPath?.path
      ? [forbiddenField(childPath(path, 'persistentVolumeReclaimPolicy'), "may not be 'recycle' for a hostPath mount of '/'")]
      : []),
    ...(isInline ? inlineEnd(spec, path) : standaloneEnd(spec, path)),
    ...(isInline ? [] : attributesClass(spec, path)),
  ];
};

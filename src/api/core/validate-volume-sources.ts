import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid, notSupported, required, tooLong } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { isInRange } from '../../apimachinery/validation/values.ts';
import { checked, childPath, invalids, optionalOneOf } from '../checks.ts';
import type { AzureDiskVolumeSource, PersistentVolumeSpec, Volume } from './types.gen.ts';
import { noBacksteps } from './validate-volume-paths.ts';

/** Checks of volume sources, by name; each is told its source's path. */
export type SourceChecks<T> = { readonly [K in keyof T]?: (source: NonNullable<T[K]>, path: string) => FieldError[] };

/** Required of each field that is empty or not there. */
export const requiredFields = (source: object, path: string, names: readonly string[]): FieldError[] =>
  names
    .filter((name) => {
      const value = (source as Readonly<Record<string, unknown>>)[name];
      return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
    })
    .map((name) => required(childPath(path, name)));

/** The names of a source that an error shows otherwise than the API does. */
export const shownSource: Readonly<Record<string, string>> = { gcePersistentDisk: 'persistentDisk' };

const partitionMessage = 'must be between 1 and 255, inclusive';

const partition = (number: number | undefined, path: string): FieldError[] =>
  (number ?? 0) < 0 || (number ?? 0) > 255 ? [invalid(childPath(path, 'partition'), number, partitionMessage)] : [];

/** A CSI driver's name: a domain of at most 63 characters, upper case tolerated. */
export const csiDriverName = (name: string | undefined, path: string): FieldError[] => {
  if (!name) return [required(path)];
  const errors = isDns1123Subdomain(name.toLowerCase()).map((message) => invalid(path, name, message));
  return name.length > 63 ? [tooLong(path, 63), ...errors] : errors;
};

const iscsiFormats: Readonly<Record<string, RegExp>> = {
  iqn: /^iqn\.\d{4}-\d{2}\.([a-z0-9.-]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[a-zA-Z0-9]{16}$/,
  naa: /^naa.[a-zA-Z0-9]{32}$/,
};

const iscsiName = (name: string, path: string, unknownMessage: string): FieldError[] => {
  const format = iscsiFormats[name.slice(0, 3)];
  if (!format) return [invalid(path, name, unknownMessage)];
  return format.test(name) ? [] : [invalid(path, name, 'must be valid format')];
};

type Iscsi = NonNullable<Volume['iscsi']> | NonNullable<PersistentVolumeSpec['iscsi']>;

/** `message` is for names of no known format. */
export const iscsi = (source: Iscsi, path: string, message: string): FieldError[] => [
  ...requiredFields(source, path, ['targetPortal', 'iqn']),
  ...(source.iqn ? iscsiName(source.iqn, childPath(path, 'iqn'), message) : []),
  ...invalids(childPath(path, 'lun'), source.lun, isInRange(source.lun ?? 0, 0, 255)),
  ...((source.chapAuthDiscovery || source.chapAuthSession) && !source.secretRef ? [required(childPath(path, 'secretRef'))] : []),
  ...(source.initiatorName === undefined ? [] : iscsiName(source.initiatorName, childPath(path, 'initiatorname'), message)),
];

const isHostPort = (pair: string): boolean => /^(\[[^\]]*\]|[^:[\]]*):[^:]*$/.test(pair);

const azureDisk = (disk: AzureDiskVolumeSource, path: string): FieldError[] => {
  const errors = requiredFields(disk, path, ['diskName', 'diskURI']);
  errors.push(...optionalOneOf(disk.cachingMode, ['None', 'ReadOnly', 'ReadWrite'], childPath(path, 'cachingMode')));
  errors.push(...optionalOneOf(disk.kind, ['Dedicated', 'Managed', 'Shared'], childPath(path, 'kind')));
  const managed = disk.kind === 'Managed';
  const prefix = managed ? '/subscriptions/' : 'https://';
  if (disk.kind === undefined || disk.diskURI.startsWith(prefix)) return errors;
  const supported = managed
    ? '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'
    : 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
  return [...errors, notSupported(childPath(path, 'diskURI'), disk.diskURI, [supported])];
};

const hostPathTypes = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

/** Sources that pods and persistent volumes share. */
export const commonSources: SourceChecks<Volume & PersistentVolumeSpec> = {
  hostPath: ({ path: host, type }, path) =>
    host
      ? [
          ...noBacksteps(host, childPath(path, 'path')),
          ...(type === undefined || hostPathTypes.includes(type) ? [] : [notSupported(childPath(path, 'type'), type, hostPathTypes)]),
        ]
      : [required(childPath(path, 'path'))],
  gcePersistentDisk: (disk, path) => [...requiredFields(disk, path, ['pdName']), ...partition(disk.partition, path)],
  awsElasticBlockStore: (disk, path) => [...requiredFields(disk, path, ['volumeID']), ...partition(disk.partition, path)],
  nfs: (source, path) => [
    ...requiredFields(source, path, ['server', 'path']),
    ...(source.path.startsWith('/') ? [] : [invalid(childPath(path, 'path'), source.path, 'must be an absolute path')]),
  ],
  flocker: ({ datasetName = '', datasetUUID = '' }, path) => [
    ...(datasetName || datasetUUID ? [] : [required(path, 'one of datasetName and datasetUUID is required')]),
    ...(datasetName && datasetUUID ? [invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously')] : []),
    ...(datasetName.includes('/') ? [invalid(childPath(path, 'datasetName'), datasetName, "must not contain '/'")] : []),
  ],
  quobyte: ({ registry, tenant, volume }, path) => {
    const message = 'must be a host:port pair or multiple pairs separated by commas';
    const errors: FieldError[] = [];
    if (!registry) errors.push(required(childPath(path, 'registry'), message));
    else if ((tenant?.length ?? 0) >= 65) {
      errors.push(required(childPath(path, 'tenant'), 'must be a UUID and may not exceed a length of 64 characters'));
    } else {
      const wrong = registry.split(',').filter((pair) => !isHostPort(pair));
      errors.push(...wrong.map(() => invalid(childPath(path, 'registry'), registry, message)));
    }
    return volume ? errors : [...errors, required(childPath(path, 'volume'))];
  },
  fc: ({ targetWWNs = [], wwids = [], lun }, path) => {
    const at = childPath(path, 'targetWWNs');
    const errors: FieldError[] = [];
    if (targetWWNs.length + wwids.length === 0) errors.push(required(at, 'must specify either targetWWNs or wwids, but not both'));
    if (targetWWNs.length === 0) return errors;
    if (wwids.length > 0) errors.push(invalid(at, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'));
    return lun === undefined
      ? [...errors, required(childPath(path, 'lun'), 'lun is required if targetWWNs is specified')]
      : [...errors, ...invalids(childPath(path, 'lun'), lun, isInRange(lun, 0, 255))];
  },
  flexVolume: (source, path) => [
    ...requiredFields(source, path, ['driver']),
    ...Object.keys(source.options ?? {}).flatMap((key) => {
      const domain = `.${key.includes('/') ? key.slice(0, key.indexOf('/')).toLowerCase() : key.toLowerCase()}`;
      const reserved = domain.endsWith('.kubernetes.io') || domain.endsWith('.k8s.io');
      return reserved ? [invalid(`${path}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved')] : [];
    }),
  ],
  rbd: (source, path) => requiredFields(source, path, ['monitors', 'image']),
  cephfs: (source, path) => requiredFields(source, path, ['monitors']),
  vsphereVolume: (source, path) => requiredFields(source, path, ['volumePath']),
  photonPersistentDisk: (source, path) => requiredFields(source, path, ['pdID']),
  portworxVolume: (source, path) => requiredFields(source, path, ['volumeID']),
  scaleIO: (source, path) => requiredFields(source, path, ['gateway', 'system', 'volumeName']),
  azureDisk,
  glusterfs: (source, path) => requiredFields(source, path, ['endpoints', 'path']),
  azureFile: (source, path) => requiredFields(source, path, ['secretName', 'shareName']),
};

/** StorageOS, whose secrets and namespaces are both optional. */
export const storageos = (
  source: { readonly volumeName?: string; readonly volumeNamespace?: string; readonly secretRef?: object },
  path: string,
  secretFields: readonly string[],
): FieldError[] => [
  ...(source.volumeName
    ? checked(isDns1123Label, source.volumeName, childPath(path, 'volumeName'))
    : [required(childPath(path, 'volumeName'))]),
  ...(source.volumeNamespace ? checked(isDns1123Label, source.volumeNamespace, childPath(path, 'volumeNamespace')) : []),
  ...(source.secretRef ? requiredFields(source.secretRef, childPath(path, 'secretRef'), secretFields) : []),
];

import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { childPath, each, nonNegative, requiredName } from '../checks.ts';
import type { DownwardAPIVolumeFile, KeyToPath, ProjectedVolumeSource, Volume } from './types.gen.ts';
import { descendingPath } from './validate-container.ts';
import { validateFieldRef, validateResourceFieldRef } from './validate-env.ts';

const hostPathTypes = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];
const fileModeMessage = 'must be a number between 0 and 0777 (octal), both inclusive';

const fileMode = (mode: number | undefined, path: string): FieldError[] =>
  mode !== undefined && (mode < 0 || mode > 0o777) ? [invalid(path, mode, fileModeMessage)] : [];

const keyToPath = ({ key, path: target, mode }: KeyToPath, path: string): FieldError[] => [
  ...(key ? [] : [required(childPath(path, 'key'))]),
  ...(target ? localPath(target, childPath(path, 'path')) : [required(childPath(path, 'path'))]),
  ...fileMode(mode, childPath(path, 'mode')),
];

/** A relative path whose first part does not begin with two dots. */
const localPath = (value: string, path: string): FieldError[] => {
  const errors = descendingPath(value, path);
  return errors.length === 0 && value.startsWith('..') ? [invalid(path, value, "must not start with '..'")] : errors;
};

const downwardFile = (file: DownwardAPIVolumeFile, path: string): FieldError[] => {
  const errors = file.path ? localPath(file.path, childPath(path, 'path')) : [required(childPath(path, 'path'))];
  if (file.fieldRef) {
    errors.push(...validateFieldRef(file.fieldRef, childPath(path, 'fieldRef'), 'volume'));
    if (file.resourceFieldRef) errors.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
  } else if (file.resourceFieldRef)
    errors.push(...validateResourceFieldRef(file.resourceFieldRef, childPath(path, 'resourceFieldRef'), 'volume'));
  else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...fileMode(file.mode, childPath(path, 'mode'))];
};

const projected = ({ defaultMode, sources }: ProjectedVolumeSource, path: string): FieldError[] => [
  ...fileMode(defaultMode, childPath(path, 'defaultMode')),
  ...each(sources, childPath(path, 'sources'), (source, item) => {
    const errors: FieldError[] = [];
    if (Object.keys(source).length > 1) errors.push(forbiddenField(item, 'may not specify more than 1 volume type per source'));
    if (source.secret && !source.secret.name) errors.push(required(childPath(item, 'secret.name')));
    if (source.configMap && !source.configMap.name) errors.push(required(childPath(item, 'configMap.name')));
    errors.push(...each(source.secret?.items, childPath(item, 'secret.items'), keyToPath));
    errors.push(...each(source.configMap?.items, childPath(item, 'configMap.items'), keyToPath));
    errors.push(...each(source.downwardAPI?.items, childPath(item, 'downwardAPI.items'), downwardFile));
    const token = source.serviceAccountToken;
    if (token) {
      const seconds = token.expirationSeconds ?? 3600;
      const secondsPath = childPath(item, 'serviceAccountToken.expirationSeconds');
      if (seconds < 600) errors.push(invalid(secondsPath, seconds, 'may not specify a duration less than 10 minutes'));
      if (seconds > 2 ** 32) errors.push(invalid(secondsPath, seconds, 'may not specify a duration larger than 2^32 seconds'));
      if (!token.path) errors.push(required(childPath(item, 'serviceAccountToken.path')));
    }
    return errors;
  }),
];

/** By source, what is wrong with it; sources that are not here are taken as they are. */
const sources: { readonly [K in keyof Volume]?: (source: NonNullable<Volume[K]>, path: string) => FieldError[] } = {
  hostPath: ({ path: host, type }, path) => [
    ...(host
      ? host.split('/').includes('..')
        ? [invalid(childPath(path, 'path'), host, "must not contain '..'")]
        : []
      : [required(childPath(path, 'path'))]),
    ...(type !== undefined && !hostPathTypes.includes(type) ? [notSupported(childPath(path, 'type'), type, hostPathTypes)] : []),
  ],
  secret: ({ secretName, defaultMode, items }, path) => [
    ...(secretName ? [] : [required(childPath(path, 'secretName'))]),
    ...fileMode(defaultMode, childPath(path, 'defaultMode')),
    ...each(items, childPath(path, 'items'), keyToPath),
  ],
  configMap: ({ name, defaultMode, items }, path) => [
    ...(name ? [] : [required(childPath(path, 'name'))]),
    ...fileMode(defaultMode, childPath(path, 'defaultMode')),
    ...each(items, childPath(path, 'items'), keyToPath),
  ],
  nfs: ({ server, path: exported }, path) => [
    ...(server ? [] : [required(childPath(path, 'server'))]),
    ...(exported
      ? exported.startsWith('/')
        ? []
        : [invalid(childPath(path, 'path'), exported, 'must be an absolute path')]
      : [required(childPath(path, 'path'))]),
  ],
  persistentVolumeClaim: ({ claimName }, path) => (claimName ? [] : [required(childPath(path, 'claimName'))]),
  downwardAPI: ({ defaultMode, items }, path) => [
    ...fileMode(defaultMode, childPath(path, 'defaultMode')),
    ...each(items, childPath(path, 'items'), downwardFile),
  ],
  projected,
  csi: ({ driver }, path) => requiredName(isDns1123Subdomain, driver, childPath(path, 'driver')),
  iscsi: ({ targetPortal, iqn, lun }, path) => [
    ...(targetPortal ? [] : [required(childPath(path, 'targetPortal'))]),
    ...(iqn ? [] : [required(childPath(path, 'iqn'))]),
    ...nonNegative(lun, childPath(path, 'lun')),
  ],
  ephemeral: ({ volumeClaimTemplate }, path) => (volumeClaimTemplate ? [] : [required(childPath(path, 'volumeClaimTemplate'))]),
};

const validateSource = (volume: Volume, path: string): FieldError[] => {
  const names = (Object.keys(volume) as (keyof Volume)[]).filter((name) => name !== 'name');
  if (names.length === 0) return [required(path, 'must specify a volume type')];
  const [first, ...more] = names as [keyof Volume, ...(keyof Volume)[]];
  const check = sources[first] as ((source: unknown, sourcePath: string) => FieldError[]) | undefined;
  return [
    ...(check?.(volume[first], childPath(path, first)) ?? []),
    ...more.map((name) => forbiddenField(childPath(path, name), 'may not specify more than 1 volume type')),
  ];
};

/** The errors, and the valid volumes that containers may mount. */
export const validateVolumes = (
  volumes: readonly Volume[] | undefined,
  path: string,
): { errors: FieldError[]; valid: Map<string, Volume> } => {
  const valid = new Map<string, Volume>();
  const errors = each(volumes, path, (volume, item) => {
    const own = [...validateSource(volume, item), ...requiredName(isDns1123Label, volume.name, childPath(item, 'name'))];
    if (valid.has(volume.name)) own.push(duplicate(childPath(item, 'name'), volume.name));
    if (own.length === 0) valid.set(volume.name, volume);
    return own;
  });
  return { errors, valid };
};

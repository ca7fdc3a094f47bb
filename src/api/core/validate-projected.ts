import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { childPath, each } from '../checks.ts';
import type { DownwardAPIVolumeFile, KeyToPath, ProjectedVolumeSource, VolumeProjection } from './types.gen.ts';
import { validateFieldRef, validateResourceFieldRef } from './validate-env.ts';
import { fileMode, localPath } from './validate-volume-paths.ts';

/** A key of a ConfigMap or Secret, as a file. */
export const keyToPath = ({ key, path: target, mode }: KeyToPath, path: string): FieldError[] => [
  ...(key ? [] : [required(childPath(path, 'key'))]),
  ...(target ? [] : [required(childPath(path, 'path'))]),
  ...localPath(target ?? '', childPath(path, 'path')),
  ...fileMode(mode, childPath(path, 'mode')),
];

/** A field of the pod, as a file; `path` is the whole list's, `item` the file's own. */
export const downwardFile = (file: DownwardAPIVolumeFile, path: string): FieldError[] => {
  const errors = [...(file.path ? [] : [required(childPath(path, 'path'))]), ...localPath(file.path ?? '', childPath(path, 'path'))];
  if (file.fieldRef) {
    errors.push(...validateFieldRef(file.fieldRef, childPath(path, 'fieldRef'), 'volume'));
    if (file.resourceFieldRef) errors.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
  } else if (file.resourceFieldRef) {
    errors.push(...validateResourceFieldRef(file.resourceFieldRef, childPath(path, 'resourceFieldRef'), 'volume'));
  } else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...fileMode(file.mode, childPath(path, 'mode'))];
};

interface Claimed {
  readonly path: string;
  /** What a conflict's error shows. */
  readonly shown: string;
}

const claimed = (source: VolumeProjection): Claimed[] => [
  ...(source.secret?.items ?? []).map(({ path }) => ({ path, shown: source.secret?.name ?? '' })),
  ...(source.configMap?.items ?? []).map(({ path }) => ({ path, shown: source.configMap?.name ?? '' })),
  ...(source.downwardAPI?.items ?? []).map(({ path }) => ({ path, shown: path })),
];

const tokenErrors = (token: NonNullable<VolumeProjection['serviceAccountToken']>, path: string, volumePath: string): FieldError[] => {
  const seconds = token.expirationSeconds ?? 3600;
  const at = childPath(path, 'expirationSeconds');
  const errors: FieldError[] = [];
  if (seconds < 600) errors.push(invalid(at, seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds > 2 ** 32) errors.push(invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds'));
  return token.path
    ? [...errors, ...localPath(token.path, childPath(volumePath, 'path'))]
    : [...errors, required(childPath(volumePath, 'path'))];
};

const sourceErrors = (source: VolumeProjection, item: string, volumePath: string): FieldError[] => {
  const errors: FieldError[] = [];
  for (const name of ['secret', 'configMap'] as const) {
    const projection = source[name];
    if (!projection) continue;
    const at = childPath(item, name);
    if (!projection.name) errors.push(required(childPath(at, 'name')));
    errors.push(...each(projection.items, childPath(at, 'items'), keyToPath));
  }
  if (source.downwardAPI) {
    const at = childPath(item, 'downwardAPI');
    errors.push(...(source.downwardAPI.items ?? []).flatMap((file) => downwardFile(file, at)));
  }
  if (source.serviceAccountToken) {
    errors.push(...tokenErrors(source.serviceAccountToken, childPath(item, 'serviceAccountToken'), volumePath));
  }
  return errors;
};

/** Several sources in one volume: each valid, no two with the same path. */
export const validateProjected = ({ defaultMode, sources }: ProjectedVolumeSource, path: string): FieldError[] => {
  const taken = new Set<string>();
  return [
    ...fileMode(defaultMode, childPath(path, 'defaultMode')),
    ...each(sources, childPath(path, 'sources'), (source, item) => {
      const errors = sourceErrors(source, item, path);
      for (const { path: target, shown } of claimed(source)) {
        if (target && taken.has(target)) errors.push(invalid(path, shown, 'conflicting duplicate paths'));
        taken.add(target);
      }
      if (Object.keys(source).length > 1) errors.push(forbiddenField(item, 'may not specify more than 1 volume type per source'));
      return errors;
    }),
  ];
};

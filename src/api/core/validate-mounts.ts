import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { fieldNotFound, forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { childPath, each } from '../checks.ts';
import type { Container, EphemeralContainer, Volume, VolumeMount } from './types.gen.ts';
import { descendingPath, hasBacksteps } from './validate-volume-paths.ts';

type Volumes = ReadonlyMap<string, Volume>;
type AnyContainer = Container | EphemeralContainer;

const propagations = ['Bidirectional', 'HostToContainer', 'None'];

const propagationErrors = ({ mountPropagation: mode }: VolumeMount, container: AnyContainer, path: string): FieldError[] => {
  if (mode === undefined) return [];
  if (!propagations.includes(mode)) return [notSupported(path, mode, propagations)];
  return mode === 'Bidirectional' && !container.securityContext?.privileged
    ? [forbiddenField(path, 'Bidirectional mount propagation is available only to privileged containers')]
    : [];
};

const recursiveModes = ['Disabled', 'Enabled', 'IfPossible'];

const recursionErrors = ({ recursiveReadOnly: mode, readOnly, mountPropagation }: VolumeMount, path: string): FieldError[] => {
  if (mode === undefined || mode === 'Disabled') return [];
  if (!recursiveModes.includes(mode)) return [notSupported(path, mode, recursiveModes)];
  const errors = readOnly ? [] : [forbiddenField(path, 'may only be specified when readOnly is true')];
  return mountPropagation !== undefined && mountPropagation !== 'None'
    ? [...errors, forbiddenField(path, 'may only be specified when mountPropagation is None or not specified')]
    : errors;
};

/** Volumes as directories. */
export const validateMounts = (container: AnyContainer, path: string, volumes: Volumes): FieldError[] => {
  const points = new Set<string>();
  const devices = container.volumeDevices ?? [];
  return each(container.volumeMounts, path, (mount, item) => {
    const { name, mountPath, subPath, subPathExpr } = mount;
    const errors: FieldError[] = [];
    if (!name) errors.push(required(childPath(item, 'name')));
    if (!volumes.has(name)) errors.push(fieldNotFound(childPath(item, 'name'), name));
    if (!mountPath) errors.push(required(childPath(item, 'mountPath')));
    if (points.has(mountPath)) errors.push(invalid(childPath(item, 'mountPath'), mountPath, 'must be unique'));
    points.add(mountPath);
    if (devices.some((device) => device.name === name)) {
      errors.push(invalid(childPath(item, 'name'), name, 'must not already exist in volumeDevices'));
    }
    if (devices.some(({ devicePath }) => devicePath === mountPath)) {
      errors.push(invalid(childPath(item, 'mountPath'), mountPath, 'must not already exist as a path in volumeDevices'));
    }
    if (subPath) errors.push(...descendingPath(subPath, childPath(path, 'subPath')));
    if (subPathExpr) {
      if (subPath) errors.push(invalid(childPath(item, 'subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
      errors.push(...descendingPath(subPathExpr, childPath(path, 'subPathExpr')));
    }
    return [
      ...errors,
      ...propagationErrors(mount, container, childPath(path, 'mountPropagation')),
      ...recursionErrors(mount, childPath(path, 'recursiveReadOnly')),
    ];
  });
};

const isClaim = ({ persistentVolumeClaim, ephemeral }: Volume): boolean => Boolean(persistentVolumeClaim ?? ephemeral);
const sourceMessage = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';

/** Volumes as block devices. */
export const validateDevices = (container: AnyContainer, path: string, volumes: Volumes): FieldError[] => {
  const names = new Set<string>();
  const paths = new Set<string>();
  const mounts = container.volumeMounts ?? [];
  return each(container.volumeDevices, path, ({ name, devicePath }, item) => {
    const [nameAt, pathAt] = [childPath(item, 'name'), childPath(item, 'devicePath')];
    const errors: FieldError[] = [];
    const volume = volumes.get(name);
    if (!name) errors.push(required(nameAt));
    if (names.has(name)) errors.push(invalid(nameAt, name, 'must be unique'));
    if (volume && !isClaim(volume)) errors.push(invalid(nameAt, name, sourceMessage));
    if (!volume) errors.push(fieldNotFound(nameAt, name));
    if (!devicePath) errors.push(required(pathAt));
    if (paths.has(devicePath)) errors.push(invalid(pathAt, devicePath, 'must be unique'));
    if (devicePath && hasBacksteps(devicePath)) errors.push(invalid(pathAt, devicePath, "can not contain backsteps ('..')"));
    else paths.add(devicePath);
    if (mounts.some((mount) => mount.name === name)) errors.push(invalid(nameAt, name, 'must not already exist in volumeMounts'));
    if (mounts.some(({ mountPath }) => mountPath === devicePath)) {
      errors.push(invalid(pathAt, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    if (name) names.add(name);
    return errors;
  });
};

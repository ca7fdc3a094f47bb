import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid, notSupported, required, tooLong } from '../../apimachinery/validation/field-errors.ts';
import { childPath } from '../checks.ts';
import type { AppArmorProfile, SeccompProfile } from './types.gen.ts';
import { descendingPath } from './validate-volume-paths.ts';

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];

export const validateSeccomp = (profile: SeccompProfile | undefined, path: string): FieldError[] => {
  if (!profile) return [];
  const { type, localhostProfile: local } = profile;
  const at = childPath(path, 'localhostProfile');
  const errors: FieldError[] = [];
  if (!type) errors.push(required(childPath(path, 'type'), 'type is required when seccompProfile is set'));
  else if (!profileTypes.includes(type)) errors.push(notSupported(childPath(path, 'type'), type, profileTypes));
  if (type === 'Localhost') {
    return local === undefined
      ? [...errors, required(at, 'must be set when seccomp type is Localhost')]
      : [...errors, ...descendingPath(local, at)];
  }
  if (local === undefined) return errors;
  return [...errors, invalid(at, { Type: type, LocalhostProfile: local }, 'can only be set when seccomp type is Localhost')];
};

/** The longest path of a file, without its end mark. */
const maxProfileLength = 4095;

const localProfile = (local: string | undefined, at: string): FieldError[] => {
  const missing = required(at, 'must be set when AppArmor type is Localhost');
  if (local === undefined) return [missing];
  const errors: FieldError[] = [];
  if (local.trim() !== local) errors.push(invalid(at, local, 'must not be padded with whitespace'));
  else if (local === '') errors.push(missing);
  return local.length > maxProfileLength ? [...errors, tooLong(at, maxProfileLength)] : errors;
};

export const validateAppArmor = (profile: AppArmorProfile | undefined, path: string): FieldError[] => {
  if (!profile) return [];
  const { type, localhostProfile: local } = profile;
  const at = childPath(path, 'localhostProfile');
  if (!type) return [required(childPath(path, 'type'), 'type is required when appArmorProfile is set')];
  if (type === 'Localhost') return localProfile(local, at);
  if (!profileTypes.includes(type)) return [notSupported(childPath(path, 'type'), type, profileTypes)];
  return local === undefined ? [] : [invalid(at, local, 'can only be set when AppArmor type is Localhost')];
};

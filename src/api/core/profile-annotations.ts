import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField } from '../../apimachinery/validation/field-errors.ts';
import { eachContainer } from './each-container.ts';
import type { Pod } from './types.gen.ts';

interface Profile {
  readonly type: string;
  readonly localhostProfile?: string;
}

const names: Readonly<Record<string, readonly string[]>> = {
  Unconfined: ['unconfined'],
  RuntimeDefault: ['runtime/default', 'docker/default'],
};
const local = 'localhost/';

const validateMatch = (
  kind: 'apparmor' | 'seccomp',
  text: string | undefined,
  profile: Profile | undefined,
  path: string,
): FieldError[] => {
  if (text === undefined || !profile) return [];
  const { type, localhostProfile } = profile;
  const mismatch = [forbiddenField(`${path}.type`, `${kind} type in annotation and field must match`)];
  if (type === 'Localhost') {
    if (!text.startsWith(local)) return mismatch;
    const matches = text.slice(local.length) === localhostProfile;
    return matches ? [] : [forbiddenField(`${path}.localhostProfile`, `${kind} profile in annotation and field must match`)];
  }
  const allowed = kind === 'apparmor' ? names[type]?.slice(0, 1) : names[type];
  return !allowed || allowed.includes(text) ? [] : mismatch;
};

/** A new pod's security profiles, which annotations and fields may both tell, are the same in both. */
export const validateProfileAnnotations = ({ metadata: { annotations = {} }, spec }: Pod): FieldError[] => {
  const errors = validateMatch(
    'seccomp',
    annotations['seccomp.security.alpha.kubernetes.io/pod'],
    spec.securityContext?.seccompProfile,
    'spec.securityContext.seccompProfile',
  );
  eachContainer(spec, 'spec', ({ name, securityContext }, path) => {
    const text = annotations[`container.seccomp.security.alpha.kubernetes.io/${name}`];
    errors.push(...validateMatch('seccomp', text, securityContext?.seccompProfile, `${path}.securityContext.seccompProfile`));
  });
  if (spec.os?.name === 'windows') return errors;
  eachContainer(spec, 'spec', ({ name, securityContext }, path) => {
    const text = annotations[`container.apparmor.security.beta.kubernetes.io/${name}`];
    const profile = securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
    errors.push(...validateMatch('apparmor', text, profile, `${path}.securityContext.appArmorProfile`));
  });
  return errors;
};

import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isUserId } from '../../apimachinery/validation/values.ts';
import { childPath, each, invalids, optionalOneOf } from '../checks.ts';
import { eachContainer } from './each-container.ts';
import { internalSecurityContext } from './internal-security-context.ts';
import type { PodSpec, SecurityContext } from './types.gen.ts';
import { validateAppArmor, validateSeccomp } from './validate-security-profiles.ts';
import { validateWindowsOptions } from './validate-windows.ts';

const userOrGroup = (id: number | undefined, path: string): FieldError[] => (id === undefined ? [] : invalids(path, id, isUserId(id)));

/** A container's own; `hostUsers` is false for a pod in a user namespace. */
export const validateSecurityContext = (context: SecurityContext | undefined, path: string, hostUsers: boolean): FieldError[] => {
  if (!context) return [];
  const { procMount } = context;
  const errors = [
    ...userOrGroup(context.runAsUser, childPath(path, 'runAsUser')),
    ...userOrGroup(context.runAsGroup, childPath(path, 'runAsGroup')),
  ];
  if (procMount !== undefined && procMount !== 'Default' && procMount !== 'Unmasked') {
    errors.push(notSupported(childPath(path, 'procMount'), procMount, ['Default', 'Unmasked']));
  }
  if (hostUsers && procMount === 'Unmasked') {
    errors.push(invalid(childPath(path, 'procMount'), procMount, '`hostUsers` must be false to use `Unmasked`'));
  }
  errors.push(...validateSeccomp(context.seccompProfile, childPath(path, 'seccompProfile')));
  if (context.allowPrivilegeEscalation === false) {
    const shown = internalSecurityContext(context);
    if (context.privileged) {
      errors.push(invalid(path, shown, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
    }
    if (context.capabilities?.add?.includes('CAP_SYS_ADMIN')) {
      errors.push(invalid(path, shown, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'));
    }
  }
  return [
    ...errors,
    ...validateWindowsOptions(context.windowsOptions, childPath(path, 'windowsOptions')),
    ...validateAppArmor(context.appArmorProfile, childPath(path, 'appArmorProfile')),
  ];
};

const sysctlPattern = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const sysctlName = new RegExp(sysctlPattern);
const maxSysctlLength = 253;

/** Kernel parameters of a namespace that the pod shares with the host. */
const hostSysctl = (name: string, { hostIPC, hostNetwork }: PodSpec, path: string): FieldError[] => {
  const dotted = name.replaceAll('/', '.');
  const isIpc = dotted === 'kernel.sem' || ['kernel.shm', 'kernel.msg', 'fs.mqueue.'].some((prefix) => dotted.startsWith(prefix));
  if (hostIPC && isIpc) return [invalid(path, name, "may not be specified when 'hostIPC' is true")];
  return hostNetwork && dotted.startsWith('net.') ? [invalid(path, name, "may not be specified when 'hostNetwork' is true")] : [];
};

const validateSysctls = (spec: PodSpec, path: string): FieldError[] => {
  const seen = new Set<string>();
  return each(spec.securityContext?.sysctls, path, ({ name }, item) => {
    const at = childPath(item, 'name');
    if (!name) return [required(at)];
    if (name.length > maxSysctlLength || !sysctlName.test(name)) {
      return [invalid(at, name, `must have at most ${maxSysctlLength} characters and match regex ${sysctlPattern}`)];
    }
    if (seen.has(name)) return [duplicate(at, name)];
    seen.add(name);
    return hostSysctl(name, spec, at);
  });
};

/** A pod's; some of it is beside the context in the API. */
export const validatePodSecurityContext = (spec: PodSpec, path: string): FieldError[] => {
  const context = spec.securityContext ?? {};
  const errors = (['fsGroup', 'runAsUser', 'runAsGroup'] as const).flatMap((name) => userOrGroup(context[name], childPath(path, name)));
  errors.push(...each(context.supplementalGroups, childPath(path, 'supplementalGroups'), (id, item) => invalids(item, id, isUserId(id))));
  if (spec.shareProcessNamespace && spec.hostPID) {
    const message = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalid(childPath(path, 'shareProcessNamespace'), true, message));
  }
  return [
    ...errors,
    ...validateSysctls(spec, childPath(path, 'sysctls')),
    ...optionalOneOf(context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], childPath(path, 'fsGroupChangePolicy')),
    ...validateSeccomp(context.seccompProfile, childPath(path, 'seccompProfile')),
    ...validateWindowsOptions(context.windowsOptions, childPath(path, 'windowsOptions')),
    ...validateAppArmor(context.appArmorProfile, childPath(path, 'appArmorProfile')),
    ...optionalOneOf(context.supplementalGroupsPolicy, ['Merge', 'Strict'], childPath(path, 'supplementalGroupsPolicy')),
    ...optionalOneOf(context.seLinuxChangePolicy, ['Recursive'], childPath(path, 'seLinuxChangePolicy')),
  ];
};

/** A pod in a user namespace keeps out of the host's others. */
export const validateHostUsers = (spec: PodSpec, path: string): FieldError[] => {
  if (spec.hostUsers !== false) return [];
  const errors: FieldError[] = [];
  const message = 'when `hostUsers` is false';
  if (spec.hostNetwork) errors.push(forbiddenField(childPath(path, 'hostNetwork'), message));
  if (spec.hostPID) errors.push(forbiddenField(childPath(path, 'HostPID'), message));
  if (spec.hostIPC) errors.push(forbiddenField(childPath(path, 'HostIPC'), message));
  eachContainer(spec, path, ({ volumeDevices }, item) => {
    if (volumeDevices?.length) errors.push(forbiddenField(childPath(item, 'volumeDevices'), message));
  });
  return errors;
};

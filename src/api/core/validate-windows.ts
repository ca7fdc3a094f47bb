import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { byteLength } from '../../apimachinery/validation/names.ts';
import { checked, childPath } from '../checks.ts';
import { eachContainer } from './each-container.ts';
import type { PodSpec, WindowsSecurityContextOptions } from './types.gen.ts';

const maxCredentialKiB = 64;
const maxDomainLength = 256;
const maxUserLength = 104;
const netBiosName = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const dnsName = /^(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])\.)*([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])$/;

/** What is wrong with `user` or `DOMAIN\user`, without the field's name. */
const userNameFaults = (name: string): string[] => {
  if (name === '') return [' cannot be an empty string'];
  // oxlint-disable-next-line no-control-regex -- control characters are what it is about
  if (/[\u0000-\u001f\u007f]/.test(name)) return [' cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return [' cannot contain more than one backslash'];
  const user = parts.at(-1) ?? '';
  const domain = parts.length === 2 ? (parts[0] ?? '') : undefined;
  const faults: string[] = [];
  if ((domain?.length ?? 0) >= maxDomainLength) faults.push(`'s Domain length must be under ${maxDomainLength} characters`);
  if (domain !== undefined && !netBiosName.test(domain) && !dnsName.test(domain)) {
    faults.push("'s Domain doesn't match the NetBios nor the DNS format");
  }
  if (user === '') faults.push("'s User cannot be empty");
  else if (user.length > maxUserLength) faults.push(`'s User length must not be longer than ${maxUserLength} characters`);
  if (/^[. ]+$/.test(user)) faults.push("'s User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) faults.push(`'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]`);
  return faults;
};

/** The Windows part of a security context. */
export const validateWindowsOptions = (options: WindowsSecurityContextOptions | undefined, path: string): FieldError[] => {
  if (!options) return [];
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options;
  const specPath = childPath(path, 'gmsaCredentialSpec');
  const errors = name === undefined ? [] : checked(isDns1123Subdomain, name, childPath(path, 'gmsaCredentialSpecName'));
  if (spec === '') errors.push(invalid(specPath, spec, 'gmsaCredentialSpec cannot be an empty string'));
  else if (spec !== undefined && byteLength(spec) > maxCredentialKiB * 1024) {
    errors.push(invalid(specPath, spec, `gmsaCredentialSpec size must be under ${maxCredentialKiB} KiB`));
  }
  if (user === undefined) return errors;
  return [...errors, ...userNameFaults(user).map((fault) => invalid(childPath(path, 'runAsUserName'), user, `runAsUserName${fault}`))];
};

/** Host process containers: all of a pod's or none, on the host's network. */
export const validateHostProcess = (spec: PodSpec, path: string): FieldError[] => {
  const pod = spec.securityContext?.windowsOptions?.hostProcess;
  const errors: FieldError[] = [];
  let containers = 0;
  let onHost = 0;
  eachContainer(spec, path, (container, item) => {
    containers += 1;
    const own = container.securityContext?.windowsOptions?.hostProcess;
    if (pod !== undefined && own !== undefined && pod !== own) {
      const message = `pod hostProcess value must be identical if both are specified, was ${pod}`;
      errors.push(invalid(childPath(item, 'securityContext.windowsOptions.hostProcess'), own, message));
    }
    if (own ?? pod) onHost += 1;
  });
  if (onHost === 0) return errors;
  if (onHost !== containers) {
    errors.push(invalid(path, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers'));
  }
  if (!spec.hostNetwork) {
    errors.push(invalid(childPath(path, 'hostNetwork'), false, 'hostNetwork must be true if pod contains any hostProcess containers'));
  }
  return errors;
};

const linuxPodFields = [
  'securityContext.appArmorProfile', 'securityContext.seLinuxOptions', 'hostUsers', 'hostPID', 'hostIPC', 'securityContext.seccompProfile',
  'securityContext.fsGroup', 'securityContext.fsGroupChangePolicy', 'securityContext.sysctls', 'shareProcessNamespace', 'securityContext.runAsUser',
  'securityContext.runAsGroup', 'securityContext.supplementalGroups', 'securityContext.supplementalGroupsPolicy', 'securityContext.seLinuxChangePolicy',
]; // prettier-ignore

const linuxContainerFields = [
  'appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'capabilities', 'readOnlyRootFilesystem', 'privileged', 'allowPrivilegeEscalation',
  'procMount', 'runAsUser', 'runAsGroup',
]; // prettier-ignore

const valueAt = (object: object, fieldPath: string): unknown =>
  fieldPath.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], object);

const isSet = (value: unknown): boolean => value !== undefined && !(Array.isArray(value) && value.length === 0);

/** What a pod's operating system has no use for. */
export const validateOsFields = (spec: PodSpec, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  if (spec.os?.name === 'windows') {
    for (const name of linuxPodFields) {
      const value = valueAt(spec, name);
      if (isSet(value) && !(value === false && /^host(PID|IPC)$/.test(name))) {
        errors.push(forbiddenField(childPath(path, name), 'cannot be set for a windows pod'));
      }
    }
    eachContainer(spec, path, ({ securityContext = {} }, item) => {
      for (const name of linuxContainerFields) {
        if (isSet(valueAt(securityContext, name))) {
          errors.push(forbiddenField(childPath(item, `securityContext.${name}`), 'cannot be set for a windows pod'));
        }
      }
    });
  }
  if (spec.os?.name === 'linux') {
    const message = 'windows options cannot be set for a linux pod';
    if (spec.securityContext?.windowsOptions) errors.push(forbiddenField(childPath(path, 'securityContext.windowsOptions'), message));
    eachContainer(spec, path, ({ securityContext }, item) => {
      if (securityContext?.windowsOptions) errors.push(forbiddenField(childPath(item, 'securityContext.windowsOptions'), message));
    });
  }
  return errors;
};

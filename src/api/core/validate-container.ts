import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, fieldNotFound, forbiddenField, invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label } from '../../apimachinery/validation/names.ts';
import { isPortName, isPortNumber, isUserId } from '../../apimachinery/validation/values.ts';
import { checked, childPath, each, invalids, oneOf, requiredName } from '../checks.ts';
import { internalSecurityContext } from './internal-security-context.ts';
import type { Container, ContainerPort, EphemeralContainer, SecurityContext, Volume, VolumeMount } from './types.gen.ts';
import { validateEnv, validateEnvFrom } from './validate-env.ts';
import { validateLifecycle, validateProbes } from './validate-probe.ts';
import { validateResources } from './validate-resources.ts';

/** What a container is checked against. */
export interface ContainerScope {
  /** The pod's valid volumes, by name. */
  readonly volumes: ReadonlyMap<string, Volume>;
}

const validatePorts = (ports: readonly ContainerPort[] | undefined, path: string): FieldError[] => {
  const names = new Set<string>();
  return each(ports, path, ({ name, containerPort, hostPort, protocol }, item) => {
    const errors: FieldError[] = [];
    if (name) {
      const wrong = checked(isPortName, name, childPath(item, 'name'));
      if (wrong.length > 0) errors.push(...wrong);
      else if (names.has(name)) errors.push(duplicate(childPath(item, 'name'), name));
      names.add(name);
    }
    if (!containerPort) errors.push(required(childPath(item, 'containerPort')));
    else errors.push(...invalids(childPath(item, 'containerPort'), containerPort, isPortNumber(containerPort)));
    if (hostPort) errors.push(...invalids(childPath(item, 'hostPort'), hostPort, isPortNumber(hostPort)));
    return [...errors, ...oneOf(protocol, ['SCTP', 'TCP', 'UDP'], childPath(item, 'protocol'))];
  });
};

/** A relative path that stays below where it starts. */
export const descendingPath = (value: string, path: string): FieldError[] => {
  if (value.startsWith('/')) return [invalid(path, value, 'must be a relative path')];
  return value.split('/').includes('..') ? [invalid(path, value, "must not contain '..'")] : [];
};

const validateMounts = (mounts: readonly VolumeMount[] | undefined, path: string, { volumes }: ContainerScope): FieldError[] => {
  const points = new Set<string>();
  return each(mounts, path, ({ name, mountPath, subPath, subPathExpr }, item) => {
    const errors: FieldError[] = [];
    if (!name) errors.push(required(childPath(item, 'name')));
    if (!volumes.has(name)) errors.push(fieldNotFound(childPath(item, 'name'), name));
    if (!mountPath) errors.push(required(childPath(item, 'mountPath')));
    if (points.has(mountPath)) errors.push(invalid(childPath(item, 'mountPath'), mountPath, 'must be unique'));
    points.add(mountPath);
    if (subPath) errors.push(...descendingPath(subPath, childPath(path, 'subPath')));
    if (subPathExpr) {
      if (subPath) errors.push(invalid(childPath(item, 'subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
      errors.push(...descendingPath(subPathExpr, childPath(path, 'subPathExpr')));
    }
    return errors;
  });
};

const validateSecurityContext = (context: SecurityContext | undefined, path: string): FieldError[] => {
  if (!context) return [];
  const { runAsUser, runAsGroup, allowPrivilegeEscalation, privileged, capabilities } = context;
  const errors: FieldError[] = [];
  if (runAsUser !== undefined) errors.push(...invalids(childPath(path, 'runAsUser'), runAsUser, isUserId(runAsUser)));
  if (runAsGroup !== undefined) errors.push(...invalids(childPath(path, 'runAsGroup'), runAsGroup, isUserId(runAsGroup)));
  if (allowPrivilegeEscalation === false) {
    const shown = internalSecurityContext(context);
    if (privileged) errors.push(invalid(path, shown, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
    if (capabilities?.add?.includes('CAP_SYS_ADMIN')) {
      errors.push(invalid(path, shown, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'));
    }
  }
  return errors;
};

/** What all sorts of containers have in common. */
export const validateContainerCommon = (container: Container | EphemeralContainer, path: string, scope: ContainerScope): FieldError[] => [
  ...requiredName(isDns1123Label, container.name, childPath(path, 'name')),
  ...(container.image ? [] : [required(childPath(path, 'image'))]),
  ...oneOf(container.terminationMessagePolicy, ['File', 'FallbackToLogsOnError'], childPath(path, 'terminationMessagePolicy')),
  ...validatePorts(container.ports, childPath(path, 'ports')),
  ...validateEnv(container.env, childPath(path, 'env')),
  ...validateEnvFrom(container.envFrom, childPath(path, 'envFrom')),
  ...validateMounts(container.volumeMounts, childPath(path, 'volumeMounts'), scope),
  ...oneOf(container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never'], childPath(path, 'imagePullPolicy')),
  ...validateResources(container.resources, childPath(path, 'resources')),
  ...validateSecurityContext(container.securityContext, childPath(path, 'securityContext')),
];

const hostPortConflicts = (containers: readonly Container[], path: string): FieldError[] => {
  const taken = new Set<string>();
  return containers.flatMap(({ ports }, index) =>
    each(ports, `${path}[${index}].ports`, ({ hostPort, hostIP, protocol }, item) => {
      if (!hostPort) return [];
      const key = `${protocol}/${hostIP ?? ''}/${hostPort}`;
      if (taken.has(key)) return [duplicate(childPath(item, 'hostPort'), key)];
      taken.add(key);
      return [];
    }),
  );
};

export const validateContainers = (
  containers: readonly Container[] | null | undefined,
  path: string,
  scope: ContainerScope,
): FieldError[] => {
  if (!containers?.length) return [required(path)];
  const names = new Set<string>();
  const errors = each(containers, path, (container, item) => {
    const own = validateContainerCommon(container, item, scope);
    if (names.has(container.name)) own.push(duplicate(childPath(item, 'name'), container.name));
    names.add(container.name);
    if (container.lifecycle) own.push(...validateLifecycle(container.lifecycle, childPath(item, 'lifecycle')));
    return [...own, ...validateProbes(container, item)];
  });
  return [...errors, ...hostPortConflicts(containers, path)];
};

/** Only those that keep running (sidecars) may have life cycle hooks and probes. */
export const validateInitContainers = (
  containers: readonly Container[] | undefined,
  path: string,
  scope: ContainerScope & { readonly regular: readonly Container[] },
): FieldError[] => {
  const names = new Set(scope.regular.map(({ name }) => name));
  return each(containers, path, (container, item) => {
    const errors = validateContainerCommon(container, item, scope);
    const isSidecar = container.restartPolicy === 'Always';
    if (container.name && names.has(container.name)) errors.push(duplicate(childPath(item, 'name'), container.name));
    names.add(container.name);
    if (isSidecar) {
      if (container.lifecycle) errors.push(...validateLifecycle(container.lifecycle, childPath(item, 'lifecycle')));
      return [...errors, ...validateProbes(container, item)];
    }
    for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
      if (container[name])
        errors.push(forbiddenField(childPath(item, name), 'may not be set for init containers without restartPolicy=Always'));
    }
    return errors;
  });
};

import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, fieldNotFound, forbiddenField, invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label } from '../../apimachinery/validation/names.ts';
import { isPortName, isPortNumber } from '../../apimachinery/validation/values.ts';
import { checked, childPath, each, invalids, oneOf, requiredName } from '../checks.ts';
import type { Container, ContainerPort, EphemeralContainer, PodSpec, Volume } from './types.gen.ts';
import { validateInitRestartRules, validateResizePolicy, validateRestartRules } from './validate-container-policies.ts';
import { validateEnv, validateEnvFrom } from './validate-env.ts';
import { validateDevices, validateMounts } from './validate-mounts.ts';
import { validateLifecycle, validateProbes } from './validate-probe.ts';
import { validateResources } from './validate-resources.ts';
import { validateSecurityContext } from './validate-security-context.ts';

/** What a container is checked against. */
export interface ContainerScope {
  /** The pod's valid volumes, by name. */
  readonly volumes: ReadonlyMap<string, Volume>;
  /** The names of the pod's resource claims. */
  readonly claims: ReadonlySet<string>;
  readonly pod: PodSpec;
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

/** What all sorts of containers have in common. */
export const validateContainerCommon = (container: Container | EphemeralContainer, path: string, scope: ContainerScope): FieldError[] => [
  ...requiredName(isDns1123Label, container.name, childPath(path, 'name')),
  ...(container.image ? [] : [required(childPath(path, 'image'))]),
  ...oneOf(container.terminationMessagePolicy, ['File', 'FallbackToLogsOnError'], childPath(path, 'terminationMessagePolicy')),
  ...validatePorts(container.ports, childPath(path, 'ports')),
  ...validateEnv(container.env, childPath(path, 'env')),
  ...validateEnvFrom(container.envFrom, childPath(path, 'envFrom')),
  ...validateMounts(container, childPath(path, 'volumeMounts'), scope.volumes),
  ...validateDevices(container, childPath(path, 'volumeDevices'), scope.volumes),
  ...oneOf(container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never'], childPath(path, 'imagePullPolicy')),
  ...validateResources(container.resources, childPath(path, 'resources'), scope.claims),
  ...validateResizePolicy(container.resizePolicy, childPath(path, 'resizePolicy'), scope.pod.restartPolicy),
  ...validateSecurityContext(container.securityContext, childPath(path, 'securityContext'), scope.pod.hostUsers !== false),
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

const graceOf = ({ pod }: ContainerScope): number => pod.terminationGracePeriodSeconds ?? 30;

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
    if (container.lifecycle) own.push(...validateLifecycle(container.lifecycle, childPath(item, 'lifecycle'), graceOf(scope)));
    return [...own, ...validateProbes(container, item, graceOf(scope)), ...validateRestartRules(container, item)];
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
    errors.push(...validateInitRestartRules(container, item));
    if (container.name && names.has(container.name)) errors.push(duplicate(childPath(item, 'name'), container.name));
    names.add(container.name);
    errors.push(...hostPortConflicts([container], path));
    if (isSidecar) {
      if (container.lifecycle) errors.push(...validateLifecycle(container.lifecycle, childPath(item, 'lifecycle'), graceOf(scope)));
      return [...errors, ...validateProbes(container, item, graceOf(scope))];
    }
    for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
      if (container[name])
        errors.push(forbiddenField(childPath(item, name), 'may not be set for init containers without restartPolicy=Always'));
    }
    return errors;
  });
};

/** What a container for debugging has; all else belongs to containers that a pod needs. */
const ephemeralFields = new Set([
  'name', 'image', 'command', 'args', 'workingDir', 'envFrom', 'env', 'volumeMounts', 'volumeDevices', 'terminationMessagePath',
  'terminationMessagePolicy', 'imagePullPolicy', 'securityContext', 'stdin', 'stdinOnce', 'tty', 'targetContainerName',
]); // prettier-ignore

export const validateEphemeralContainers = (spec: PodSpec, path: string, scope: ContainerScope): FieldError[] => {
  const others = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name));
  const names = new Set(others);
  const message = 'cannot be set for an Ephemeral Container';
  return each(spec.ephemeralContainers, path, (container, item) => {
    const errors = [...validateContainerCommon(container, item, scope), ...paddedImage(container, item)];
    if (names.has(container.name)) errors.push(duplicate(childPath(item, 'name'), container.name));
    names.add(container.name);
    const target = container.targetContainerName;
    if (target && !others.has(target)) errors.push(fieldNotFound(childPath(item, 'targetContainerName'), target));
    for (const [name, value] of Object.entries(container)) {
      const empty = name === 'resources' && Object.keys(value as object).length === 0;
      if (!ephemeralFields.has(name) && !empty) errors.push(forbiddenField(childPath(item, name), message));
    }
    errors.push(
      ...each(container.volumeMounts, childPath(item, 'volumeMounts'), (mount, at) =>
        (['subPath', 'subPathExpr'] as const).filter((name) => mount[name]).map((name) => forbiddenField(childPath(at, name), message)),
      ),
    );
    return errors;
  });
};

/** In pods, not in templates: an image without blanks around it. */
export const paddedImage = ({ image = '' }: Container | EphemeralContainer, path: string): FieldError[] =>
  image.trim() === image ? [] : [invalid(childPath(path, 'image'), image, 'must not have leading or trailing whitespace')];

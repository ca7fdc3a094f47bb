import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { validateLegacyIp } from '../../apimachinery/validation/ip.ts';
import { isDns1123Label, isDns1123Subdomain, isLabelKey, isQualifiedName } from '../../apimachinery/validation/names.ts';
import { validateLabels } from '../../apimachinery/validation/object-meta.ts';
import { isInRange, isUserId } from '../../apimachinery/validation/values.ts';
import { checked, childPath, each, eachEntry, invalids, oneOf, optionalOneOf, requiredName } from '../checks.ts';
import type { PodDNSConfig, PodSecurityContext, PodSpec } from './types.gen.ts';
import { validateContainerCommon, validateContainers, validateInitContainers } from './validate-container.ts';
import { resourceAmount, validateResources } from './validate-resources.ts';
import { validateAffinity, validateTolerations, validateTopologySpread } from './validate-scheduling.ts';
import { validateVolumes } from './validate-volumes.ts';

const maxInt32 = 2_147_483_647;

const validateDnsConfig = (config: PodDNSConfig | undefined, policy: string | undefined, path: string): FieldError[] => {
  const nameservers = config?.nameservers ?? [];
  const errors: FieldError[] = [];
  if (policy === 'None') {
    if (!config) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if (nameservers.length === 0)
      errors.push(required(childPath(path, 'nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None'));
  }
  if (nameservers.length > 3) errors.push(invalid(childPath(path, 'nameservers'), nameservers, 'must not have more than 3 nameservers'));
  for (const [index, server] of nameservers.entries()) {
    errors.push(...validateLegacyIp(server, `${path}.nameservers[${index}]`));
  }
  if ((config?.searches?.length ?? 0) > 32)
    errors.push(invalid(childPath(path, 'searches'), config?.searches, 'must not have more than 32 search paths'));
  return [
    ...errors,
    ...each(config?.options, childPath(path, 'options'), ({ name }, item) => (name ? [] : [required(item, 'must not be empty')])),
  ];
};

const sysctlPattern = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const sysctlName = new RegExp(sysctlPattern);

const validatePodSecurityContext = (context: PodSecurityContext | undefined, path: string): FieldError[] => {
  if (!context) return [];
  const errors: FieldError[] = [];
  for (const name of ['fsGroup', 'runAsUser', 'runAsGroup'] as const) {
    const id = context[name];
    if (id !== undefined) errors.push(...invalids(childPath(path, name), id, isUserId(id)));
  }
  errors.push(...each(context.supplementalGroups, childPath(path, 'supplementalGroups'), (id, item) => invalids(item, id, isUserId(id))));
  const sysctls = new Set<string>();
  errors.push(
    ...each(context.sysctls, childPath(path, 'sysctls'), ({ name }, item) => {
      if (!name) return [required(childPath(item, 'name'))];
      if (!sysctlName.test(name))
        return [invalid(childPath(item, 'name'), name, `must have at most 253 characters and match regex ${sysctlPattern}`)];
      if (sysctls.has(name)) return [duplicate(childPath(item, 'name'), name)];
      sysctls.add(name);
      return [];
    }),
  );
  return [...errors, ...optionalOneOf(context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], childPath(path, 'fsGroupChangePolicy'))];
};

const validateNames = (spec: PodSpec, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  if (spec.serviceAccountName) errors.push(...checked(isDns1123Subdomain, spec.serviceAccountName, childPath(path, 'serviceAccountName')));
  if (spec.nodeName) errors.push(...checked(isDns1123Subdomain, spec.nodeName, childPath(path, 'nodeName')));
  if (spec.activeDeadlineSeconds !== undefined) {
    const messages = isInRange(spec.activeDeadlineSeconds, 1, maxInt32);
    errors.push(...invalids(childPath(path, 'activeDeadlineSeconds'), spec.activeDeadlineSeconds, messages));
  }
  if (spec.hostname) errors.push(...checked(isDns1123Label, spec.hostname, childPath(path, 'hostname')));
  if (spec.subdomain) errors.push(...checked(isDns1123Label, spec.subdomain, childPath(path, 'subdomain')));
  errors.push(...validateTolerations(spec.tolerations, childPath(path, 'tolerations')));
  errors.push(
    ...each(spec.hostAliases, childPath(path, 'hostAliases'), ({ ip, hostnames }, item) => [
      ...validateLegacyIp(ip ?? '', childPath(item, 'ip')),
      ...each(hostnames, childPath(item, 'hostnames'), (name, namePath) => checked(isDns1123Subdomain, name, namePath)),
    ]),
  );
  if (spec.priorityClassName) errors.push(...checked(isDns1123Subdomain, spec.priorityClassName, childPath(path, 'priorityClassName')));
  if (spec.runtimeClassName !== undefined)
    errors.push(...checked(isDns1123Subdomain, spec.runtimeClassName, childPath(path, 'runtimeClassName')));
  errors.push(...optionalOneOf(spec.preemptionPolicy, ['Never', 'PreemptLowerPriority'], childPath(path, 'preemptionPolicy')));
  errors.push(...eachEntry(spec.overhead, childPath(path, 'overhead'), resourceAmount));
  if (spec.os) errors.push(...oneOf(spec.os.name, ['linux', 'windows'], childPath(path, 'os.name')));
  return errors;
};

const validateHostNetwork = (spec: PodSpec, path: string): FieldError[] => {
  if (!spec.hostNetwork) return [];
  return (['containers', 'initContainers'] as const).flatMap((list) =>
    each(spec[list], childPath(path, list), ({ ports }, item) =>
      each(ports, childPath(item, 'ports'), ({ hostPort, containerPort }, port) =>
        hostPort && hostPort !== containerPort
          ? [invalid(childPath(port, 'hostPort'), hostPort, 'must match `containerPort` when `hostNetwork` is true')]
          : [],
      ),
    ),
  );
};

/** Everything about a pod's spec, in the order of the original. */
export const validatePodSpec = (spec: PodSpec, path: string): FieldError[] => {
  const { errors, valid } = validateVolumes(spec.volumes, childPath(path, 'volumes'));
  const scope = { volumes: valid };
  const gates = new Set<string>();
  return [
    ...errors,
    ...validateContainers(spec.containers, childPath(path, 'containers'), scope),
    ...validateInitContainers(spec.initContainers, childPath(path, 'initContainers'), { ...scope, regular: spec.containers ?? [] }),
    ...each(spec.ephemeralContainers, childPath(path, 'ephemeralContainers'), (container, item) =>
      validateContainerCommon(container, item, scope),
    ),
    ...(spec.resources ? validateResources(spec.resources, childPath(path, 'resources')) : []),
    ...validateHostNetwork(spec, path),
    ...oneOf(spec.restartPolicy, ['Always', 'OnFailure', 'Never'], childPath(path, 'restartPolicy')),
    ...oneOf(spec.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'], childPath(path, 'dnsPolicy')),
    ...validateLabels(spec.nodeSelector, childPath(path, 'nodeSelector')),
    ...validatePodSecurityContext(spec.securityContext, childPath(path, 'securityContext')),
    ...validateAffinity(spec.affinity, childPath(path, 'affinity')),
    ...validateDnsConfig(spec.dnsConfig, spec.dnsPolicy, childPath(path, 'dnsConfig')),
    ...each(spec.readinessGates, childPath(path, 'readinessGates'), ({ conditionType }, item) =>
      checked(isQualifiedName, conditionType, childPath(item, 'conditionType')),
    ),
    ...each(spec.schedulingGates, childPath(path, 'schedulingGates'), ({ name }, item) => {
      const wrong = requiredName(isLabelKey, name, childPath(item, 'name'));
      if (gates.has(name)) wrong.push(duplicate(childPath(item, 'name'), name));
      gates.add(name);
      return wrong;
    }),
    ...validateTopologySpread(spec.topologySpreadConstraints, childPath(path, 'topologySpreadConstraints')),
    ...validateNames(spec, path),
  ];
};

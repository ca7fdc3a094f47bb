import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, forbiddenField, invalid, notSupported, required, tooLong } from '../../apimachinery/validation/field-errors.ts';
import { validateLegacyIp } from '../../apimachinery/validation/ip.ts';
import {
  isDns1123Label,
  isDns1123Subdomain,
  isDns1123SubdomainWithUnderscore,
  isLabelKey,
  isQualifiedName,
} from '../../apimachinery/validation/names.ts';
import { validateLabels } from '../../apimachinery/validation/object-meta.ts';
import { isInRange } from '../../apimachinery/validation/values.ts';
import { checked, childPath, each, invalids, oneOf } from '../checks.ts';
import type { PodDNSConfig, PodSpec } from './types.gen.ts';
import { validateContainers, validateEphemeralContainers, validateInitContainers } from './validate-container.ts';
import { validateFileKeyVolumes } from './validate-env.ts';
import { validatePodResourceSums } from './pod-level-resources.ts';
import { validatePodResourceName, validateResources } from './validate-resources.ts';
import { validateHostUsers, validatePodSecurityContext } from './validate-security-context.ts';
import { validateAffinity, validateTolerations, validateTopologySpread } from './validate-scheduling.ts';
import { validateVolumes } from './validate-volumes.ts';
import { validateHostProcess, validateOsFields } from './validate-windows.ts';

const maxInt32 = 2_147_483_647;
const maxSearchLength = 2048;

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
  if ((config?.searches ?? []).join(' ').length > maxSearchLength) {
    const message = `must not have more than ${maxSearchLength} characters (including spaces) in the search list`;
    errors.push(invalid(childPath(path, 'searches'), config?.searches, message));
  }
  errors.push(
    ...each(config?.searches, childPath(path, 'searches'), (search, item) =>
      search === '.' ? [] : checked(isDns1123SubdomainWithUnderscore, search.replace(/\.$/, ''), item),
    ),
  );
  return [
    ...errors,
    ...each(config?.options, childPath(path, 'options'), ({ name }, item) => (name ? [] : [required(item, 'must not be empty')])),
  ];
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
  if (spec.preemptionPolicy !== undefined) {
    errors.push(...oneOf(spec.preemptionPolicy, ['PreemptLowerPriority', 'Never'], childPath(path, 'preemptionPolicy')));
  }
  if (spec.overhead) errors.push(...validateResources({ limits: spec.overhead }, childPath(path, 'overhead')));
  if (!spec.os) return errors;
  if (!spec.os.name) return [...errors, required(childPath(path, 'os.name'))];
  if (!['linux', 'windows'].includes(spec.os.name)) {
    return [...errors, notSupported(childPath(path, 'os'), spec.os.name, ['linux', 'windows'])];
  }
  return [...errors, ...validateOsFields(spec, path)];
};

/** The pod's own resources (KEP-2837): enough for what its containers ask for. */
const validatePodResources = (spec: PodSpec, path: string): FieldError[] => {
  if (!spec.resources) return [];
  if (spec.os?.name === 'windows') return [forbiddenField(path, 'may not be set for a windows pod')];
  return [
    ...(spec.resources.claims ? [forbiddenField(childPath(path, 'claims'), 'claims may not be set for Resources at pod-level')] : []),
    ...validateResources(spec.resources, path, new Set(spec.resourceClaims?.map(({ name }) => name)), validatePodResourceName),
    ...validatePodResourceSums(spec, path),
  ];
};

const maxHostnameLength = 64;

const validateHostnameOverride = ({ hostnameOverride: name, setHostnameAsFQDN, hostNetwork }: PodSpec, path: string): FieldError[] => {
  if (name === undefined) return [];
  const errors: FieldError[] = [];
  if (setHostnameAsFQDN) errors.push(forbiddenField(path, 'may not be specified when setHostnameAsFQDN is true'));
  if (hostNetwork) errors.push(forbiddenField(path, 'may not be specified when hostNetwork is true'));
  if (name.length > maxHostnameLength) errors.push(tooLong(path, maxHostnameLength));
  return [...errors, ...checked(isDns1123Subdomain, name, path)];
};

const validateResourceClaims = (claims: PodSpec['resourceClaims'], path: string): FieldError[] => {
  const names = new Set<string>();
  return each(claims, path, (claim, item) => {
    const { name, resourceClaimName: claimName, resourceClaimTemplateName: templateName } = claim;
    const shown = { Name: name, ResourceClaimName: claimName ?? null, ResourceClaimTemplateName: templateName ?? null };
    const errors: FieldError[] = [];
    if (!name) errors.push(required(childPath(item, 'name')));
    else if (names.has(name)) errors.push(duplicate(childPath(item, 'name'), name));
    else errors.push(...checked(isDns1123Label, name, childPath(item, 'name')));
    names.add(name);
    if (claimName !== undefined && templateName !== undefined) {
      errors.push(invalid(item, shown, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'));
    }
    if (claimName === undefined && templateName === undefined) {
      errors.push(invalid(item, shown, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'));
    }
    if (claimName !== undefined) errors.push(...checked(isDns1123Subdomain, claimName, childPath(item, 'resourceClaimName')));
    if (templateName !== undefined) errors.push(...checked(isDns1123Subdomain, templateName, childPath(item, 'resourceClaimTemplateName')));
    return errors;
  });
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
export const validatePodSpec = (spec: PodSpec, path: string, podName?: string): FieldError[] => {
  const { errors, valid } = validateVolumes(spec.volumes, childPath(path, 'volumes'), podName);
  const claims = new Set((spec.resourceClaims ?? []).map(({ name }) => name).filter(Boolean));
  const scope = { volumes: valid, claims, pod: spec };
  const gates = new Set<string>();
  return [
    ...errors,
    ...validateResourceClaims(spec.resourceClaims, childPath(path, 'resourceClaims')),
    ...validateContainers(spec.containers, childPath(path, 'containers'), scope),
    ...validateInitContainers(spec.initContainers, childPath(path, 'initContainers'), { ...scope, regular: spec.containers ?? [] }),
    ...validateEphemeralContainers(spec, childPath(path, 'ephemeralContainers'), scope),
    ...validatePodResources(spec, childPath(path, 'resources')),
    ...validateHostNetwork(spec, path),
    ...oneOf(spec.restartPolicy, ['Always', 'OnFailure', 'Never'], childPath(path, 'restartPolicy')),
    ...oneOf(spec.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'], childPath(path, 'dnsPolicy')),
    ...validateLabels(spec.nodeSelector, childPath(path, 'nodeSelector')),
    ...validatePodSecurityContext(spec, childPath(path, 'securityContext')),
    ...validateAffinity(spec.affinity, childPath(path, 'affinity')),
    ...validateDnsConfig(spec.dnsConfig, spec.dnsPolicy, childPath(path, 'dnsConfig')),
    ...each(spec.readinessGates, childPath(path, 'readinessGates'), ({ conditionType }, item) =>
      checked(isQualifiedName, conditionType, childPath(item, 'conditionType')),
    ),
    ...each(spec.schedulingGates, childPath(path, 'schedulingGates'), ({ name }, item) => {
      const wrong = checked(isLabelKey, name ?? '', item);
      if (gates.has(name)) wrong.push(duplicate(item, name));
      gates.add(name);
      return wrong;
    }),
    ...validateTopologySpread(spec.topologySpreadConstraints, childPath(path, 'topologySpreadConstraints')),
    ...validateHostProcess(spec, path),
    ...validateHostUsers(spec, path),
    ...validateHostnameOverride(spec, childPath(path, 'hostnameOverride')),
    ...validateNames(spec, path),
    ...validateFileKeyVolumes(spec, path),
  ];
};

import { isIP } from 'node:net';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, forbiddenField, internalFieldError, invalid } from '../../apimachinery/validation/field-errors.ts';
import { validateLegacyIp } from '../../apimachinery/validation/ip.ts';
import { isDns1123Subdomain, isQualifiedName } from '../../apimachinery/validation/names.ts';
import { isUserId } from '../../apimachinery/validation/values.ts';
import { checked, childPath, each, invalids, unchanged } from '../checks.ts';
import type { ContainerStatus, Pod } from './types.gen.ts';

const systemConditions = new Set(['PodScheduled', 'Ready', 'Initialized']);
const nonNegative = 'must be a non-negative integer';

const validateConditions = ({ status }: Pod): FieldError[] =>
  each(status?.conditions, 'status.conditions', ({ type, observedGeneration = 0 }, path) => [
    ...(observedGeneration < 0 ? [invalid(childPath(path, 'observedGeneration'), observedGeneration, nonNegative)] : []),
    ...(systemConditions.has(type) ? [] : checked(isQualifiedName, type ?? '', childPath(path, 'Type'))),
  ]);

/** Who would run on which node is said before the pod is bound. */
const validateNomination = (pod: Pod, old: Pod): FieldError[] => {
  const { nominatedNodeName: name } = pod.status ?? {};
  const path = 'status.nominatedNodeName';
  if (!name || name === old.status?.nominatedNodeName) return [];
  return [
    ...checked(isDns1123Subdomain, name, path),
    ...(old.spec.nodeName ? [forbiddenField(path, 'may not be set on pods that are already bound to a node')] : []),
  ];
};

const lists = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;

const mayRestart = (pod: Pod, list: (typeof lists)[number], { name, state }: ContainerStatus): boolean => {
  if (list === 'ephemeralContainerStatuses') return false;
  const containers = list === 'containerStatuses' ? pod.spec.containers : pod.spec.initContainers;
  const container = containers?.find((other) => other.name === name);
  if (!container) return false;
  const exitCode = state?.terminated?.exitCode ?? 0;
  const rule = container.restartPolicyRules?.find(({ exitCodes }) => {
    const isListed = exitCodes?.values?.includes(exitCode) ?? false;
    return exitCodes && (exitCodes.operator === 'In' ? isListed : !isListed);
  });
  if (rule?.action === 'Restart') return true;
  const policy = container.restartPolicy ?? pod.spec.restartPolicy;
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
};

/** A container that has ended for good does not come back. */
const validateTransitions = (pod: Pod, old: Pod): FieldError[] =>
  lists.flatMap((list) =>
    (old.status?.[list] ?? []).flatMap((before, index) => {
      if (!before.state?.terminated || mayRestart(old, list, before)) return [];
      const after = pod.status?.[list]?.find(({ name }) => name === before.name);
      return after && !after.state?.terminated
        ? [forbiddenField(`status.${list}[${index}].state`, 'may not be transitioned to non-terminated state')]
        : [];
    }),
  );

const validateClaims = ({ spec, status }: Pod): FieldError[] => {
  const known = new Set(spec.resourceClaims?.map(({ name }) => name));
  const seen = new Set<string>();
  return each(status?.resourceClaimStatuses, 'status.resourceClaimStatuses', ({ name, resourceClaimName: claim }, path) => {
    const at = childPath(path, 'name');
    const errors = known.has(name) ? [] : [invalid(at, name, 'must match the name of an entry in `spec.resourceClaims`')];
    if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
    return claim === undefined ? errors : [...errors, ...checked(isDns1123Subdomain, claim, at)];
  });
};

interface Addressed {
  readonly ip: string;
}

/** One address of each family, readable. */
const addressErrors = (items: readonly Addressed[], path: string): FieldError[] => {
  const errors = each(items, path, ({ ip }, item) => validateLegacyIp(ip ?? '', item));
  if (items.length < 2) return errors;
  const families = items.map(({ ip }) => isIP(ip ?? ''));
  const unreadable = families.indexOf(0);
  if (unreadable >= 0) {
    const detail = `failed to check for dual stack with error:invalid IP[${unreadable}]: ${items[unreadable]?.ip ?? ''}`;
    errors.push(internalFieldError(path, detail));
  }
  const isPair = unreadable < 0 && new Set(families).size === 2 && items.length === 2;
  const shown = items.map(({ ip }) => ({ IP: ip }));
  return isPair ? errors : [...errors, invalid(path, shown, 'may specify no more than one IP for each IP family')];
};

const validateAddresses = ({ status }: Pod): FieldError[] => {
  const { podIPs = [], hostIPs = [], hostIP = '' } = status ?? {};
  const [first] = hostIPs;
  return [
    ...addressErrors(podIPs, 'status.podIPs'),
    ...(first && first.ip !== hostIP ? [invalid('status.hostIPs[0].ip', first.ip, 'must be equal to `hostIP`')] : []),
    ...addressErrors(hostIPs, 'status.hostIPs'),
  ];
};

const validateUsers = ({ spec, status }: Pod): FieldError[] =>
  lists.flatMap((list) =>
    each(status?.[list], `status.${list}`, ({ user }, item) => {
      const linux = user?.linux;
      const path = childPath(item, 'user.linux');
      if (!linux) return [];
      if (spec.os?.name === 'windows') return [forbiddenField(path, 'cannot be set for a windows pod')];
      return [
        ...each(linux.supplementalGroups, childPath(path, 'supplementalGroups'), (id, at) => invalids(at, id, isUserId(id))),
        ...invalids(childPath(path, 'uid'), linux.uid, isUserId(linux.uid)),
        ...invalids(childPath(path, 'gid'), linux.gid, isUserId(linux.gid)),
      ];
    }),
  );

/** What the kubelet and the scheduler say of a pod. */
export const validatePodStatusUpdate = (pod: Pod, old: Pod): FieldError[] => {
  const { observedGeneration = 0, qosClass } = pod.status ?? {};
  return [
    ...validateConditions(pod),
    ...validateNomination(pod, old),
    ...(observedGeneration < 0 ? [invalid('status.observedGeneration', observedGeneration, nonNegative)] : []),
    ...unchanged(qosClass ?? '', old.status?.qosClass ?? '', 'status.qosClass'),
    ...validateTransitions(pod, old),
    ...validateClaims(pod),
    ...validateAddresses(pod),
    ...validateUsers(pod),
  ];
};

import { deepClone } from '../../apimachinery/clone/deep-clone.ts';
import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid } from '../../apimachinery/validation/field-errors.ts';
import { isInRange } from '../../apimachinery/validation/values.ts';
import { validateLegacyIp } from '../../apimachinery/validation/ip.ts';
import { isQualifiedName } from '../../apimachinery/validation/names.ts';
import { checked, each, invalids } from '../checks.ts';
import type { Pod, PodSpec, Toleration } from './types.gen.ts';
import { paddedImage } from './validate-container.ts';
import { validatePodSpec } from './validate-pod-spec.ts';

const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';
const mirror = 'kubernetes.io/config.mirror';

const validateAnnotations = ({ metadata, spec }: Pod): FieldError[] => {
  const errors: FieldError[] = [];
  const { [deletionCost]: cost, [mirror]: mirrored } = metadata.annotations ?? {};
  if (mirrored !== undefined && !spec.nodeName) {
    errors.push(invalid(`metadata.annotations[${mirror}]`, mirrored, 'must set spec.nodeName if mirror pod annotation is set'));
  }
  if (cost !== undefined && !/^([1-9-]|[1-9-][0-9]+|0)$/.test(cost)) {
    errors.push(invalid(`metadata.annotations[${deletionCost}]`, cost, 'must be a 32bit integer'));
  }
  return errors;
};

/** What is asked of a pod and not of a template. */
const validateForPod = ({ spec }: Pod): FieldError[] => [
  ...(spec.serviceAccountName
    ? []
    : each(spec.volumes, 'spec.volumes', ({ projected }, path) =>
        each(projected?.sources, `${path}.projected.sources`, ({ serviceAccountToken }, item) =>
          serviceAccountToken
            ? [forbiddenField(`${item}.serviceAccountToken`, 'must not be specified when serviceAccountName is not set')]
            : [],
        ),
      )),
  ...each(spec.containers, 'spec.containers', paddedImage),
  ...each(spec.initContainers, 'spec.initContainers', paddedImage),
];

export const validatePod = (pod: Pod): FieldError[] => {
  const errors = [...validateAnnotations(pod), ...validatePodSpec(pod.spec, 'spec', pod.metadata.name), ...validateForPod(pod)];
  if (pod.spec.schedulingGates?.length && pod.spec.nodeName)
    errors.push(forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  if (pod.spec.ephemeralContainers?.length) errors.push(forbiddenField('spec.ephemeralContainers', 'cannot be set on create'));
  return errors;
};

/** What an update may change, as the original's message names it. */
const updatable =
  '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

const withImagesOf = (containers: PodSpec['containers'] | undefined, old: PodSpec['containers'] | undefined): void => {
  for (const [index, container] of (containers ?? []).entries()) {
    const { image } = old?.[index] ?? {};
    if (image === undefined) delete container.image;
    else container.image = image;
  }
};

const assign = <K extends keyof PodSpec>(spec: PodSpec, old: PodSpec, name: K): void => {
  if (old[name] === undefined) delete spec[name];
  else spec[name] = old[name];
};

/** The new spec with everything that may change put back: equal to the old one when nothing else changed. */
const munged = (spec: PodSpec, old: PodSpec): PodSpec => {
  const copy = deepClone(spec);
  withImagesOf(copy.containers, old.containers);
  withImagesOf(copy.initContainers, old.initContainers);
  for (const name of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations'] as const) assign(copy, old, name);
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && copy.terminationGracePeriodSeconds === 1)
    assign(copy, old, 'terminationGracePeriodSeconds');
  if (old.schedulingGates?.length) {
    assign(copy, old, 'nodeSelector');
    assign(copy, old, 'affinity');
  }
  return copy;
};

const sameToleration = (a: Toleration, b: Toleration): boolean => jsonEqual({ ...a, tolerationSeconds: 0 }, { ...b, tolerationSeconds: 0 });

const deadlineErrors = (spec: PodSpec, old: PodSpec): FieldError[] => {
  const { activeDeadlineSeconds: seconds } = spec;
  const path = 'spec.activeDeadlineSeconds';
  if (seconds === undefined) {
    return old.activeDeadlineSeconds === undefined ? [] : [invalid(path, null, 'must not update from a positive integer to nil value')];
  }
  const range = isInRange(seconds, 0, 2_147_483_647);
  if (range.length > 0) return invalids(path, seconds, range);
  const grows = old.activeDeadlineSeconds !== undefined && old.activeDeadlineSeconds < seconds;
  return grows ? [invalid(path, seconds, 'must be less than or equal to previous value')] : [];
};

export const validatePodUpdate = (pod: Pod, old: Pod): FieldError[] => {
  const { spec } = pod;
  const errors = [...validateAnnotations(pod), ...validatePodSpec(spec, 'spec', pod.metadata.name), ...validateForPod(pod)];
  for (const list of ['containers', 'initContainers'] as const) {
    if ((spec[list]?.length ?? 0) !== (old.spec[list]?.length ?? 0)) {
      return [...errors, forbiddenField(`spec.${list}`, 'pod updates may not add or remove containers')];
    }
  }
  errors.push(...deadlineErrors(spec, old.spec));
  const kept = (old.spec.tolerations ?? []).every((toleration) => spec.tolerations?.some((other) => sameToleration(toleration, other)));
  if (!kept) errors.push(forbiddenField('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'));
  const gates = new Set(old.spec.schedulingGates?.map(({ name }) => name));
  errors.push(
    ...each(spec.schedulingGates, 'spec.schedulingGates', ({ name }, path) =>
      gates.has(name) ? [] : [forbiddenField(`${path}.name`, `only deletion is allowed, but found new scheduling gate '${name}'`)],
    ),
  );
  if (!jsonEqual(munged(spec, old.spec), old.spec))
    errors.push(forbiddenField('spec', `pod updates may not change fields other than ${updatable}\n`));
  return errors;
};

const validateConditions = ({ status }: Pod): FieldError[] =>
  each(status?.conditions, 'status.conditions', ({ type }, path) => checked(isQualifiedName, type ?? '', `${path}.Type`));

/** One address of each family, readable. */
const validateAddresses = ({ status }: Pod): FieldError[] =>
  (['podIPs', 'hostIPs'] as const).flatMap((list) => {
    const items = status?.[list] ?? [];
    const errors = each<{ readonly ip: string }>(items, `status.${list}`, ({ ip }, path) => validateLegacyIp(ip ?? '', path));
    if (errors.length > 0 || items.length < 2) return errors;
    const families = new Set(items.map(({ ip }) => ip.includes(':')));
    return items.length > families.size ? [invalid(`status.${list}`, items, 'may specify no more than one IP for each IP family')] : [];
  });

/** The node is the scheduler's to set, not a status writer's. */
export const validatePodStatusUpdate = (pod: Pod, old: Pod): FieldError[] => {
  const errors: FieldError[] = [];
  errors.push(...validateConditions(pod), ...validateAddresses(pod));
  if (pod.spec.nodeName !== old.spec.nodeName) errors.push(invalid('status.nodeName', pod.spec.nodeName, 'may not be changed directly'));
  for (const name of ['containerStatuses', 'initContainerStatuses'] as const) {
    for (const before of old.status?.[name] ?? []) {
      const policyAllows =
        pod.spec.restartPolicy === 'Always' || (pod.spec.restartPolicy === 'OnFailure' && before.state?.terminated?.exitCode !== 0);
      const after = pod.status?.[name]?.find((status) => status.name === before.name);
      const index = pod.status?.[name]?.indexOf(after as never) ?? 0;
      const sidecar = pod.spec.initContainers?.some((container) => container.name === before.name && container.restartPolicy === 'Always');
      if (before.state?.terminated && after && !after.state?.terminated && !policyAllows && !sidecar) {
        errors.push(forbiddenField(`status.${name}[${index}].state`, 'may not be transitioned to non-terminated state'));
      }
    }
  }
  return errors;
};

import { deepClone } from '../../apimachinery/clone/deep-clone.ts';
import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid } from '../../apimachinery/validation/field-errors.ts';
import { isInRange } from '../../apimachinery/validation/values.ts';
import { each, invalids } from '../checks.ts';
import type { Pod, PodSpec, Toleration } from './types.gen.ts';
import { paddedImage } from './validate-container.ts';
import { validateProfileAnnotations } from './profile-annotations.ts';
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

/** What every pod must obey, new or changed. */
export const validatePodFields = (pod: Pod): FieldError[] => [
  ...validateAnnotations(pod),
  ...validatePodSpec(pod.spec, 'spec', pod.metadata.name),
  ...validateForPod(pod),
];

export const validatePod = (pod: Pod): FieldError[] => {
  const errors = validatePodFields(pod);
  if (pod.spec.schedulingGates?.length && pod.spec.nodeName)
    errors.push(forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  if (pod.spec.ephemeralContainers?.length) errors.push(forbiddenField('spec.ephemeralContainers', 'cannot be set on create'));
  return [...errors, ...validateProfileAnnotations(pod)];
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
  // Another name for serviceAccountName, which is what counts.
  assign(copy, old, 'serviceAccount');
  withImagesOf(copy.containers, old.containers);
  withImagesOf(copy.initContainers, old.initContainers);
  for (const name of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations'] as const) assign(copy, old, name);
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && copy.terminationGracePeriodSeconds === 1)
    assign(copy, old, 'terminationGracePeriodSeconds');
  if (old.schedulingGates?.length) {
    assign(copy, old, 'nodeSelector');
    mungeNodeAffinity(copy, old);
  }
  return copy;
};

/** Puts the affinity to nodes back; affinity to pods cannot change. */
const mungeNodeAffinity = (copy: PodSpec, old: PodSpec): void => {
  const before = old.affinity?.nodeAffinity;
  if (jsonEqual((copy.affinity?.nodeAffinity ?? null) as never, (before ?? null) as never)) return;
  if (!copy.affinity) {
    if (before) copy.affinity = { nodeAffinity: before };
  } else if (!old.affinity && !copy.affinity.podAffinity && !copy.affinity.podAntiAffinity) delete copy.affinity;
  else if (before) copy.affinity.nodeAffinity = before;
  else delete copy.affinity.nodeAffinity;
};

const onlyAdded = 'only additions are allowed (no mutations or deletions)';

/** A pod that waits at gates may be told more exactly where to run (KEP-3838). */
const gatedErrors = (spec: PodSpec, old: PodSpec): FieldError[] => {
  if (!old.schedulingGates?.length) return [];
  const errors: FieldError[] = [];
  const selector = spec.nodeSelector ?? {};
  if (Object.entries(old.nodeSelector ?? {}).some(([key, value]) => selector[key] !== value)) {
    const message = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
    errors.push(invalid('spec.nodeSelector', spec.nodeSelector ?? null, message));
  }
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const before = old.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const path = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  if (before.length > 0 && before.length !== terms.length) {
    return [...errors, invalid(path, terms, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')];
  }
  const keeps = (now: readonly unknown[] = [], then: readonly unknown[] = []): boolean =>
    then.every((item) => now.some((other) => jsonEqual(item as never, other as never)));
  for (const [index, term] of before.entries()) {
    const now = terms[index];
    const isEmpty = !term.matchExpressions?.length && !term.matchFields?.length;
    const isKept = !isEmpty && keeps(now?.matchExpressions, term.matchExpressions) && keeps(now?.matchFields, term.matchFields);
    const isSame = jsonEqual((now ?? null) as never, term as never);
    if (!isKept && !isSame) errors.push(invalid(`${path}[${index}]`, now ?? null, onlyAdded));
  }
  return errors;
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
  const errors = validatePodFields(pod);
  for (const list of ['containers', 'initContainers'] as const) {
    if ((spec[list]?.length ?? 0) !== (old.spec[list]?.length ?? 0)) {
      return [...errors, forbiddenField(`spec.${list}`, 'pod updates may not add or remove containers')];
    }
  }
  const late = deadlineErrors(spec, old.spec);
  errors.push(...late);
  // A deadline that cannot be ends the look.
  if (late.length > 0 && spec.activeDeadlineSeconds !== undefined) return errors;
  const kept = (old.spec.tolerations ?? []).every((toleration) => spec.tolerations?.some((other) => sameToleration(toleration, other)));
  if (!kept) errors.push(forbiddenField('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'));
  const gates = new Set(old.spec.schedulingGates?.map(({ name }) => name));
  // One that is new twice is told at its last place.
  const last = new Map(spec.schedulingGates?.map(({ name }, index) => [name, index]));
  errors.push(
    ...each(spec.schedulingGates, 'spec.schedulingGates', ({ name }, path, index) =>
      gates.has(name) || last.get(name) !== index
        ? []
        : [forbiddenField(`${path}.name`, `only deletion is allowed, but found new scheduling gate '${name}'`)],
    ),
  );
  errors.push(...gatedErrors(spec, old.spec));
  if (!jsonEqual(munged(spec, old.spec), old.spec))
    errors.push(forbiddenField('spec', `pod updates may not change fields other than ${updatable}\n`));
  return errors;
};

import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid } from '../../apimachinery/validation/field-errors.ts';
import { podQosClass } from './pod-qos.ts';
import type { Container, Pod } from './types.gen.ts';
import { validatePodFields } from './validate-pod.ts';

const mirrorAnnotation = 'kubernetes.io/config.mirror';

type Amounts = Readonly<Record<string, string>> | undefined;

const isSet = ({ spec: { resources } }: Pod): boolean =>
  Object.keys(resources?.requests ?? {}).length + Object.keys(resources?.limits ?? {}).length > 0;

/** A node that knows of resizing tells what its running containers have. */
const nodeResizes = ({ status }: Pod): boolean => {
  const running = status?.containerStatuses?.find(({ state }) => state?.running);
  return !running || running.resources !== undefined;
};

const validateOrder = (now: readonly Container[], before: readonly Container[], list: string): FieldError[] => {
  if (now.length !== before.length) return [forbiddenField(`spec.${list}`, `${list} may not be added or removed on resize`)];
  return before.flatMap(({ name }, i) =>
    now[i]?.name === name ? [] : [forbiddenField(`spec.${list}[${i}].name`, `${list} may not be renamed or reordered on resize`)],
  );
};

const isRemoved = (now: Amounts, before: Amounts): boolean => Object.keys(before ?? {}).some((name) => now?.[name] === undefined);

const validateRemovals = (now: Container | undefined, { resources }: Container, path: string): FieldError[] => [
  ...(isRemoved(now?.resources?.requests, resources?.requests)
    ? [forbiddenField(`${path}.requests`, 'resource requests cannot be removed')]
    : []),
  ...(isRemoved(now?.resources?.limits, resources?.limits) ? [forbiddenField(`${path}.limits`, 'resource limits cannot be removed')] : []),
];

/** Amounts without those that may change. */
const fixed = (amounts: Amounts): Amounts =>
  Object.fromEntries(Object.entries(amounts ?? {}).filter(([name]) => name !== 'cpu' && name !== 'memory'));

const withoutResizable = (container: Container | undefined): unknown => {
  const { requests, limits, ...others } = container?.resources ?? {};
  return { ...container, resources: { ...others, requests: fixed(requests), limits: fixed(limits) } };
};

const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';

/** What a write to pods/resize may not do (KEP-1287): only cpu and memory of containers and sidecars change, and not the pod's QoS class. */
export const validatePodResize = (pod: Pod, old: Pod): FieldError[] => {
  if (old.metadata.annotations?.[mirrorAnnotation] !== undefined) return [forbiddenField('[]', 'static pods cannot be resized')];
  if (old.spec.os?.name === 'windows') return [forbiddenField('[]', 'windows pods cannot be resized')];
  const errors = validatePodFields(pod);
  if ((old.status?.qosClass || podQosClass(old)) !== podQosClass(pod))
    errors.push(invalid('spec', pod.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing'));
  if (!nodeResizes(old)) errors.push(forbiddenField('spec', 'Pod running on node without support for resize'));
  if (isSet(old) || isSet(pod)) {
    const gate = 'InPlacePodLevelResourcesVerticalScalingEnabled feature gate is disabled';
    return [...errors, forbiddenField('[]', `resize of pods with pod-level resources is forbidden when ${gate}`)];
  }
  const [containers, before] = [pod.spec.containers, old.spec.containers];
  const [initial, initialBefore] = [pod.spec.initContainers ?? [], old.spec.initContainers ?? []];
  const order = [...validateOrder(containers, before, 'containers'), ...validateOrder(initial, initialBefore, 'initContainers')];
  errors.push(...order);
  if (order.length > 0) return errors;
  const isFixed = (now: Container | undefined, was: Container): boolean => jsonEqual(withoutResizable(now), withoutResizable(was));
  initialBefore.forEach((was, i) => {
    if (isSidecar(was)) errors.push(...validateRemovals(initial[i], was, `spec.initContainers[${i}].resources`));
  });
  before.forEach((was, i) => errors.push(...validateRemovals(containers[i], was, `spec.containers[${i}].resources`)));
  before.forEach((was, i) => {
    if (!isFixed(containers[i], was)) errors.push(forbiddenField('spec', 'only cpu and memory resources are mutable'));
  });
  initialBefore.forEach((was, i) => {
    if (isSidecar(was) && !isFixed(initial[i], was))
      errors.push(forbiddenField('spec', 'only cpu and memory resources for sidecar containers are mutable'));
    if (!isSidecar(was) && !jsonEqual(initial[i], was))
      errors.push(forbiddenField('spec', 'resources for non-sidecar init containers are immutable'));
  });
  return errors;
};

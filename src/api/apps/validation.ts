import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label } from '../../apimachinery/validation/names.ts';
import {
  atMostHundredPercent,
  checked,
  countOrPercent,
  each,
  isEmptySelector,
  labelSelector,
  nonNegative,
  oneOf,
  percentOf,
  unchanged,
} from '../checks.ts';
import { validateClaimSpec } from '../core/validate-claims.ts';
import {
  readSelector,
  validateSelectedTemplate,
  validateWorkloadSelector,
  validateWorkloadTemplate,
} from '../core/validate-pod-template.ts';
import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet } from './types.gen.ts';

type Amount = number | string | undefined;

interface Rolling {
  readonly maxUnavailable?: number | string;
  readonly maxSurge?: number | string;
}

/** How the original shows a strategy in a message: as its internal struct. */
const internalStrategy = ({ type, rollingUpdate }: { readonly type?: string; readonly rollingUpdate?: Rolling }): object => ({
  Type: type ?? '',
  RollingUpdate: rollingUpdate ? { MaxUnavailable: rollingUpdate.maxUnavailable ?? 0, MaxSurge: rollingUpdate.maxSurge ?? 0 } : null,
});

/** A text that is neither a number nor a percentage counts as 0. */
const isZero = (amount: Amount): boolean =>
  typeof amount === 'string' ? (percentOf(amount) ?? (/^[+-]?\d+$/.test(amount) ? Number(amount) : 0)) === 0 : (amount ?? 0) === 0;

const validateRolling = (unavailable: Amount, surge: Amount, path: string): FieldError[] => {
  const unavailablePath = `${path}.maxUnavailable`;
  const errors = [...countOrPercent(unavailable, unavailablePath), ...countOrPercent(surge, `${path}.maxSurge`)];
  if (isZero(unavailable) && isZero(surge)) errors.push(invalid(unavailablePath, unavailable ?? 0, 'may not be 0 when `maxSurge` is 0'));
  return [...errors, ...atMostHundredPercent(unavailable, unavailablePath)];
};

export const validateDeployment = ({ spec }: Deployment): FieldError[] => {
  const { strategy = {} } = spec;
  const errors = [
    ...nonNegative(spec.replicas, 'spec.replicas'),
    ...validateWorkloadSelector(spec.selector, 'spec.selector', 'deployment'),
    ...validateSelectedTemplate(spec.template, 'spec.template', {
      selector: spec.selector,
      kind: 'ReplicaSet',
      unreadable: 'invalid label selector',
    }),
  ];
  if (strategy.type === 'Recreate') {
    if (strategy.rollingUpdate) {
      errors.push(forbiddenField('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'"));
    }
  } else if (strategy.type === 'RollingUpdate') {
    if (strategy.rollingUpdate) {
      const { maxUnavailable, maxSurge } = strategy.rollingUpdate;
      errors.push(...validateRolling(maxUnavailable, maxSurge, 'spec.strategy.rollingUpdate'));
    } else errors.push(required('spec.strategy.rollingUpdate', 'this should be defaulted and never be nil'));
  } else errors.push(notSupported('spec.strategy', internalStrategy(strategy), ['Recreate', 'RollingUpdate']));
  errors.push(
    ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  );
  if (spec.progressDeadlineSeconds !== undefined) {
    errors.push(...nonNegative(spec.progressDeadlineSeconds, 'spec.progressDeadlineSeconds'));
    if (spec.progressDeadlineSeconds <= (spec.minReadySeconds ?? 0)) {
      errors.push(invalid('spec.progressDeadlineSeconds', spec.progressDeadlineSeconds, 'must be greater than minReadySeconds'));
    }
  }
  return errors;
};

export const validateDeploymentUpdate = (deployment: Deployment, old: Deployment): FieldError[] => [
  ...validateDeployment(deployment),
  ...unchanged(deployment.spec.selector, old.spec.selector, 'spec.selector'),
];

export const validateReplicaSet = ({ spec }: ReplicaSet): FieldError[] => {
  const errors = [...nonNegative(spec.replicas, 'spec.replicas'), ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds')];
  errors.push(...validateWorkloadSelector(spec.selector, 'spec.selector', 'deployment'));
  const options = { selector: spec.selector, kind: 'ReplicaSet', unreadable: 'invalid label selector' };
  return [...errors, ...validateSelectedTemplate(spec.template, 'spec.template', options)];
};

export const validateReplicaSetUpdate = (set: ReplicaSet, old: ReplicaSet): FieldError[] => [
  ...validateReplicaSet(set),
  ...unchanged(set.spec.selector, old.spec.selector, 'spec.selector'),
];

const validateDaemonSetRolling = ({ maxUnavailable, maxSurge }: Rolling, path: string): FieldError[] => {
  const [unavailablePath, surgePath] = [`${path}.maxUnavailable`, `${path}.maxSurge`];
  const errors = [
    ...countOrPercent(maxUnavailable, unavailablePath),
    ...countOrPercent(maxSurge, surgePath),
    ...atMostHundredPercent(maxUnavailable, unavailablePath),
    ...atMostHundredPercent(maxSurge, surgePath),
  ];
  if (!isZero(maxUnavailable) && !isZero(maxSurge)) {
    errors.push(invalid(surgePath, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  } else if (isZero(maxUnavailable) && isZero(maxSurge)) errors.push(required(unavailablePath, 'cannot be 0 when maxSurge is 0'));
  return errors;
};

const validateDaemonSetStrategy = (strategy: DaemonSet['spec']['updateStrategy'] & object, path: string): FieldError[] => {
  if (strategy.type === 'OnDelete') return [];
  if (strategy.type !== 'RollingUpdate') return [notSupported(path, internalStrategy(strategy), ['RollingUpdate', 'OnDelete'])];
  return strategy.rollingUpdate
    ? validateDaemonSetRolling(strategy.rollingUpdate, `${path}.rollingUpdate`)
    : [required(`${path}.rollingUpdate`)];
};

export const validateDaemonSet = ({ spec }: DaemonSet): FieldError[] => {
  const { selector } = spec;
  return [
    ...labelSelector(selector, 'spec.selector'),
    ...(selector && isEmptySelector(selector) ? [invalid('spec.selector', {}, 'empty selector is invalid for daemonset')] : []),
    ...validateWorkloadTemplate(spec.template, 'spec.template', { selector: readSelector(selector), kind: 'DaemonSet' }),
    ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateDaemonSetStrategy(spec.updateStrategy ?? {}, 'spec.updateStrategy'),
    ...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ];
};

export const validateDaemonSetUpdate = (set: DaemonSet, old: DaemonSet): FieldError[] => [
  ...unchanged(set.spec.selector, old.spec.selector, 'spec.selector'),
  ...validateDaemonSet(set),
];

/** The template as pods get it: the claims are volumes, and the pods' names are the set's to give. */
const templateOf = ({ template, volumeClaimTemplates = [] }: StatefulSet['spec']): StatefulSet['spec']['template'] => {
  if (!template?.spec) return template;
  const { subdomain: _s, hostname: _h, volumes = [], ...spec } = template.spec;
  const names = new Set(volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? ''));
  const claims = [...names].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return { ...template, spec: { ...spec, volumes: [...claims, ...volumes.filter(({ name }) => !names.has(name))] } };
};

const validateClaimTemplates = (templates: StatefulSet['spec']['volumeClaimTemplates']): FieldError[] =>
  each(templates, 'spec.volumeClaimTemplates', ({ spec }, path) => validateClaimSpec(spec ?? {}, `${path}.spec`));

export const validateStatefulSet = (set: StatefulSet): FieldError[] => validateSpec(set, true);

/** Claim templates cannot change, so that only new ones are looked at. */
const validateSpec = ({ spec }: StatefulSet, isNew: boolean): FieldError[] => {
  const { updateStrategy = {} } = spec;
  const errors: FieldError[] = [];
  const policy = spec.podManagementPolicy;
  if (policy !== 'OrderedReady' && policy !== 'Parallel')
    errors.push(invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"));
  if (updateStrategy.type === 'OnDelete') {
    if (updateStrategy.rollingUpdate) {
      const message = "only allowed for updateStrategy 'RollingUpdate'";
      errors.push(invalid('spec.updateStrategy.rollingUpdate', updateStrategy.rollingUpdate, message));
    }
  } else if (updateStrategy.type === 'RollingUpdate') {
    errors.push(...nonNegative(updateStrategy.rollingUpdate?.partition, 'spec.updateStrategy.rollingUpdate.partition'));
  } else if (!updateStrategy.type) errors.push(required('spec.updateStrategy'));
  else errors.push(invalid('spec.updateStrategy', internalStrategy(updateStrategy), "must be 'RollingUpdate' or 'OnDelete'"));
  for (const name of ['whenDeleted', 'whenScaled'] as const) {
    errors.push(
      ...oneOf(
        spec.persistentVolumeClaimRetentionPolicy?.[name],
        ['Retain', 'Delete'],
        `spec.persistentVolumeClaimRetentionPolicy.${name}`,
      ),
    );
  }
  return [
    ...errors,
    ...(isNew ? validateClaimTemplates(spec.volumeClaimTemplates) : []),
    ...nonNegative(spec.replicas, 'spec.replicas'),
    ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...nonNegative(spec.ordinals?.start, 'spec.ordinals.start'),
    ...(isNew && spec.serviceName ? checked(isDns1123Label, spec.serviceName, 'spec.serviceName') : []),
    ...validateWorkloadSelector(spec.selector, 'spec.selector', 'statefulset'),
    ...validateSelectedTemplate(templateOf(spec), 'spec.template', { selector: spec.selector, kind: 'StatefulSet', unreadable: '' }),
  ];
};

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

const fixed = (spec: object): object => Object.fromEntries(Object.entries(spec).filter(([name]) => !changeable.includes(name)));

export const validateStatefulSetUpdate = (set: StatefulSet, old: StatefulSet): FieldError[] => {
  if (jsonEqual(fixed(set.spec), fixed(old.spec))) return validateSpec(set, false);
  const allowed =
    "'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds'";
  return [
    ...validateSpec(set, false),
    forbiddenField('spec', `updates to statefulset spec for fields other than ${allowed} are forbidden`),
  ];
};

/** A revision's number is never negative. */
export const validateRevisionNumber = ({ revision }: ControllerRevision): FieldError[] => nonNegative(revision, 'revision');

/** A new revision holds some data too. */
export const validateControllerRevision = (object: ControllerRevision): FieldError[] => [
  ...(object.data === undefined || object.data === null ? [required('data', 'data is mandatory')] : []),
  ...validateRevisionNumber(object),
];

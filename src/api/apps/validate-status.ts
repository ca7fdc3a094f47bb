import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import { nonNegative } from '../checks.ts';
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from './types.gen.ts';

type Counts<T> = { readonly [K in keyof T]?: unknown };

/** Numbers that count something. */
const counts = <T extends object>(status: T, names: readonly (keyof T & string)[]): FieldError[] =>
  names.flatMap((name) => nonNegative((status as Counts<T>)[name] as number | undefined, `status.${name}`));

/** Pairs of which the first is a part of the second. */
const parts = <T extends object>(status: T, pairs: readonly (readonly [keyof T & string, keyof T & string])[]): FieldError[] =>
  pairs.flatMap(([part, whole]) => {
    const amount = Number((status as Counts<T>)[part] ?? 0);
    return amount > Number((status as Counts<T>)[whole] ?? 0)
      ? [invalid(`status.${part}`, amount, `cannot be greater than ${whole === 'replicas' ? 'status.replicas' : whole}`)]
      : [];
  });

/** How often names collided only grows. */
const collisions = (next: number | undefined, before: number | undefined): FieldError[] => {
  if (before === undefined) return [];
  const path = 'status.collisionCount';
  return next === undefined || next < before ? [invalid(path, next ?? 0, 'cannot be decremented')] : [];
};

export const validateDeploymentStatus = ({ status = {} }: Deployment, old: Deployment): FieldError[] => [
  ...counts(status, [
    'observedGeneration',
    'replicas',
    'updatedReplicas',
    'terminatingReplicas',
    'readyReplicas',
    'availableReplicas',
    'unavailableReplicas',
    'collisionCount',
  ]),
  ...parts(status, [
    ['updatedReplicas', 'replicas'],
    ['readyReplicas', 'replicas'],
    ['availableReplicas', 'replicas'],
    ['availableReplicas', 'readyReplicas'],
  ]),
  ...collisions(status.collisionCount, old.status?.collisionCount),
];

export const validateReplicaSetStatus = ({ status = { replicas: 0 } }: ReplicaSet): FieldError[] => [
  ...counts(status, [
    'replicas',
    'fullyLabeledReplicas',
    'readyReplicas',
    'availableReplicas',
    'terminatingReplicas',
    'observedGeneration',
  ]),
  ...parts(status, [
    ['fullyLabeledReplicas', 'replicas'],
    ['readyReplicas', 'replicas'],
    ['availableReplicas', 'replicas'],
    ['availableReplicas', 'readyReplicas'],
  ]),
];

export const validateStatefulSetStatus = ({ status = { replicas: 0 } }: StatefulSet): FieldError[] => [
  ...counts(status, [
    'replicas',
    'readyReplicas',
    'currentReplicas',
    'updatedReplicas',
    'availableReplicas',
    'observedGeneration',
    'collisionCount',
  ]),
  ...parts(status, [
    ['readyReplicas', 'replicas'],
    ['currentReplicas', 'replicas'],
    ['updatedReplicas', 'replicas'],
    ['availableReplicas', 'replicas'],
  ]),
  ...((status.availableReplicas ?? 0) > (status.readyReplicas ?? 0)
    ? [invalid('status.availableReplicas', status.availableReplicas, 'cannot be greater than status.readyReplicas')]
    : []),
];

export const validateDaemonSetStatus = ({ status }: DaemonSet, old: DaemonSet): FieldError[] =>
  status
    ? [
        ...counts(status, [
          'currentNumberScheduled',
          'numberMisscheduled',
          'desiredNumberScheduled',
          'numberReady',
          'observedGeneration',
          'updatedNumberScheduled',
          'numberAvailable',
          'numberUnavailable',
          'collisionCount',
        ]),
        ...collisions(status.collisionCount, old.status?.collisionCount),
      ]
    : [];

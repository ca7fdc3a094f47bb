import type { ObjectMeta } from '../../../apimachinery/meta/object.ts';
import type { Container, PodSpec } from '../pods/pod-types.ts';

/** What a check finds wrong: `reason` for summaries, `detail` for the message. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

export interface Subject {
  readonly metadata: Pick<ObjectMeta, 'annotations'>;
  readonly spec: PodSpec;
  /** The minor version of the policy, as in v1.35. */
  readonly minor: number;
}

/** One rule of the Pod Security Standards. Undefined: nothing wrong. */
export interface Check {
  readonly id: string;
  readonly level: 'baseline' | 'restricted';
  /** The minor version of the policy that brought the check; default 0. */
  readonly since?: number;
  /** A baseline check that this one replaces at the restricted level. */
  readonly overrides?: string;
  readonly run: (subject: Subject) => Violation | undefined;
}

export const containersOf = (spec: PodSpec): Container[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
  ...(spec.ephemeralContainers ?? []),
];

export const quoted = (items: Iterable<string>): string => [...items].map((item) => `"${item}"`).join(', ');
export const plural = (singular: string, count: number, many = `${singular}s`): string => (count === 1 ? singular : many);
export const named = (containers: readonly { readonly name: string }[]): string =>
  `${plural('container', containers.length)} ${quoted(containers.map(({ name }) => name))}`;

export const sorted = (items: Iterable<string>): string[] => [...new Set(items)].toSorted();

/** A field of a security context, typed by the caller. */
export const contextField = <T>(of: { readonly securityContext?: Record<string, unknown> }, field: string): T | undefined =>
  of.securityContext?.[field] as T | undefined;

export const isWindows = (spec: PodSpec): boolean => (spec['os'] as { name?: string } | undefined)?.name === 'windows';

/** Pods in a user namespace may do more from v1.35 on (KEP-127). */
export const hasUserNamespace = (spec: PodSpec): boolean => spec['hostUsers'] === false;

/** `pod and containers "a", "b"`: who set a bad value. */
export const setters = (pod: boolean, containers: readonly { readonly name: string }[]): string =>
  [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [named(containers)] : [])].join(' and ');

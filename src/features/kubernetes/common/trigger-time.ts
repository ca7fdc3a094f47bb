import type { Pod, Service } from '../../../api/core/types.gen.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { findCondition } from './conditions.ts';

export const triggerTimeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';

/** Knows which change of a service or its pods made endpoints change, for consumers that measure how long that takes to arrive. */
export interface TriggerTimes {
  /** The earliest change since the last call for this service, RFC 3339; undefined when nothing changed. */
  next(service: Service, pods: readonly Pod[]): string | undefined;
  forget(key: string): void;
}

interface Seen {
  readonly service: string;
  readonly pods: ReadonlyMap<string, string>;
}

const readySince = ({ status }: Pod): string | undefined => findCondition(status?.conditions, 'Ready')?.lastTransitionTime;

export const createTriggerTimes = (): TriggerTimes => {
  const seen = new Map<string, Seen>();
  return {
    next: (service, pods) => {
      const key = keyOf(service);
      const before = seen.get(key);
      const created = service.metadata.creationTimestamp ?? '';
      const now = new Map<string, string>();
      const changes: string[] = [];
      if (created > (before?.service ?? '')) changes.push(created);
      for (const pod of pods) {
        const time = readySince(pod);
        if (time === undefined) continue;
        now.set(pod.metadata.name, time);
        if (time > (before?.pods.get(pod.metadata.name) ?? '')) changes.push(time);
      }
      seen.set(key, { service: created, pods: now });
      return changes.toSorted()[0];
    },
    forget: (key) => void seen.delete(key),
  };
};

/** The annotations with this trigger time, or without one. */
export const withTriggerTime = (annotations: Record<string, string> | undefined, time: string | undefined): Record<string, string> => {
  const { [triggerTimeAnnotation]: _old, ...others } = annotations ?? {};
  return time === undefined ? others : { ...others, [triggerTimeAnnotation]: time };
};

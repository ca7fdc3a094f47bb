import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import type { Manager, ObjectKey, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { keyOf, splitKey } from '../../../controller-runtime/object-key.ts';
import type { BindingStatus, ResourceBinding } from '../api/resource-binding.ts';
import type { BindingStore } from '../binding-store.ts';
import { withCondition } from '../conditions.ts';
import type { Condition } from '../conditions.ts';
import { createPeriod } from '../pace.ts';

/** What one controller has to say of a binding: fields that replace the stored ones, conditions that join them by type. */
export type StatusPart = Partial<Omit<BindingStatus, 'conditions'>> & {
  readonly conditions?: readonly Omit<Condition, 'lastTransitionTime'>[];
};

/** At once; when the period that gathers changes is over; or when more has come, and else after ten periods. */
export type Urgency = 'now' | 'soon' | 'underway';

/** The status of bindings: what the scheduler and the collector of Works say within a moment is one write. */
export interface BindingStatuses {
  /** The binding with what waits to be written over its status. */
  of(binding: ResourceBinding): ResourceBinding;
  /** Takes what is to be written; later words replace earlier ones, and hurry all that waits when they are more urgent. */
  say(binding: ResourceBinding, part: StatusPart, urgency: Urgency): void;
}

export interface BindingStatusesOptions {
  readonly bindings: BindingStore;
  /** Called with the binding as it is, each time its status was due; an error brings the key back. */
  readonly onWritten: (binding: ResourceBinding) => Promise<void>;
}

interface Pending {
  readonly uid: string | undefined;
  readonly part: StatusPart;
  readonly due: number;
}

/** Adds the controller that writes them. What waits when the process ends is said again by those who watch the bindings. */
export const addBindingStatuses = (manager: Manager, { bindings, onWritten }: BindingStatusesOptions): BindingStatuses => {
  const pending = new Map<ObjectKey, Pending>();
  const writing = new Set<Pending>();
  const period = createPeriod(() => manager.clock.now());
  const waits: Record<Urgency, () => number> = { now: () => 0, soon: period.milliseconds, underway: period.patience };
  let enqueue: (key: ObjectKey) => void = () => undefined;

  const write = async (key: ObjectKey, binding: ResourceBinding, part: StatusPart): Promise<ResourceBinding> => {
    const status = merged(binding.status, part, manager.clock.now());
    if (jsonEqual(status, { aggregatedStatus: [], ...binding.status }) || jsonEqual(status, binding.status ?? {})) return binding;
    const { namespace, name } = splitKey(key);
    // With the version: conditions are a list, and others may write theirs.
    const body = { metadata: { resourceVersion: binding.metadata.resourceVersion }, status: changed(status, part) };
    const options = { type: 'merge', subresource: 'status', fieldManager: 'causeway-status' } as const;
    return period.measure(() => bindings.client(key).patch(name, namespace, body, options));
  };

  manager.addController({
    name: 'binding-status',
    watches: [
      {
        subscribe: (add) => {
          enqueue = add;
          for (const key of pending.keys()) add(key);
          return () => {
            enqueue = () => undefined;
            pending.clear();
          };
        },
        synced: () => Promise.resolve(),
      },
    ],
    concurrency: 32,
    reconcile: async (key): Promise<ReconcileResult> => {
      const waiting = pending.get(key);
      if (!waiting) return undefined;
      const binding = bindings.get(key);
      if (!binding || binding.metadata.uid !== waiting.uid) {
        pending.delete(key);
        return undefined;
      }
      const left = waiting.due - manager.clock.now();
      if (left > 0) return { requeueAfterSeconds: left / 1000 };
      writing.add(waiting);
      try {
        await onWritten(await write(key, binding, waiting.part));
      } finally {
        writing.delete(waiting);
      }
      const said = pending.get(key);
      if (said === waiting) pending.delete(key);
      return said && said !== waiting ? { requeueAfterSeconds: (said.due - manager.clock.now()) / 1000 } : undefined;
    },
  });

  const waitingFor = (binding: ResourceBinding): Pending | undefined => {
    const waiting = pending.get(keyOf(binding));
    return waiting?.uid === binding.metadata.uid ? waiting : undefined;
  };
  return {
    of: (binding) => {
      const waiting = waitingFor(binding);
      return waiting ? { ...binding, status: merged(binding.status, waiting.part, manager.clock.now()) } : binding;
    },
    say: (binding, part, urgency) => {
      const key = keyOf(binding);
      const before = waitingFor(binding);
      const due = manager.clock.now() + waits[urgency]();
      // What is being written now is not waited for: it begins the next period.
      const hurried = before && !writing.has(before) ? Math.min(before.due, due) : due;
      pending.set(key, { uid: binding.metadata.uid, part: before ? joined(before.part, part) : part, due: hurried });
      enqueue(key);
    },
  };
};

const joined = (before: StatusPart, part: StatusPart): StatusPart => {
  const types = new Set((part.conditions ?? []).map(({ type }) => type));
  const kept = (before.conditions ?? []).filter(({ type }) => !types.has(type));
  return { ...before, ...part, conditions: [...kept, ...(part.conditions ?? [])] };
};

const merged = (status: BindingStatus | undefined, { conditions = [], ...fields }: StatusPart, now: number): BindingStatus => {
  const all = conditions.reduce((list, condition) => withCondition(list, condition, now), [...((status?.conditions ?? []) as Condition[])]);
  return { ...status, ...fields, ...(all.length > 0 ? { conditions: all } : {}) };
};

/** Only what was said: a merge patch leaves the rest. */
const changed = (status: BindingStatus, part: StatusPart): BindingStatus =>
  Object.fromEntries(Object.keys(part).map((field) => [field, status[field as keyof BindingStatus]]));

import { deepClone } from '../../apimachinery/clone/deep-clone.ts';
import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import { isStatusError } from '../../apimachinery/errors/status-error.ts';
import { hasBadBundle } from '../../apimachinery/schema/definition-conversion.ts';
import type { DefinitionNames } from '../../apimachinery/schema/definition-names.ts';
import { formatTime } from '../../apimachinery/time/timestamp.ts';
import type { ApiServerLogger } from '../contract.ts';
import { loopbackUser } from '../registry/contract.ts';
import type { InternalApi, ObjectCache } from '../registry/contract.ts';
import { decideNames } from './accepted-names.ts';
import { approvalCondition } from './approval-condition.ts';
import { isConditionTrue, setCondition } from './conditions.ts';
import { asDefinition, cleanupFinalizer, definitionsResource, isTerminating } from './definition-object.ts';
import type { DefinitionCondition, DefinitionStatus, StoredDefinition } from './definition-object.ts';
import { deleteInstances } from './delete-instances.ts';
import type { ServedDefinitions } from './served-definitions.ts';

export interface DefinitionControllerOptions {
  readonly api: InternalApi;
  readonly cache: ObjectCache;
  readonly served: ServedDefinitions;
  readonly log: ApiServerLogger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How long a definition waits for finalizers of its objects before it looks again. */
const recheckMilliseconds = 500;

const established: Omit<DefinitionCondition, 'lastTransitionTime'> = {
  type: 'Established',
  status: 'True',
  reason: 'InitialNamesAccepted',
  message: 'the initial names have been accepted',
};
const badBundle: typeof established = {
  type: 'Established',
  status: 'False',
  reason: 'InvalidCABundle',
  message: 'The conversion webhook CABundle is invalid',
};
const notEstablished: typeof established = {
  type: 'Established',
  status: 'False',
  reason: 'NotAccepted',
  message: 'not all names are accepted',
};

/** The status a definition comes to have, given the names that the others of its group hold. */
export const decideStatus = (definition: StoredDefinition, others: readonly DefinitionNames[], now: string): DefinitionStatus => {
  const status: DefinitionStatus = deepClone(definition.status ?? {});
  const { accepted, condition } = decideNames(definition.spec.names, status.acceptedNames ?? {}, others);
  status.acceptedNames = accepted;
  setCondition(status, condition, now);
  if (!isConditionTrue(status, 'Established')) {
    const accepts = hasBadBundle(definition.spec.conversion) ? badBundle : established;
    setCondition(status, condition.status === 'True' ? accepts : notEstablished, now);
  }
  const approval = approvalCondition(definition);
  if (approval) setCondition(status, approval, now);
  return status;
};

/**
 * Accepts names, serves what is established and cleans up what goes. One definition after the other is decided, since two may want the same
 * name; their statuses are then written side by side. A definition is served as it is stored, never before: who finds a kind served and then
 * writes its definition meets no status that comes late. Nobody outside sees the turn between a status that is stored and its kinds.
 */
export const createDefinitionController = ({ api, cache, served, log, now }: DefinitionControllerOptions) => {
  const queue = new Set<string>();
  const held = new Map<string, { readonly group: string; readonly names: DefinitionNames }>();
  const timers = new Set<NodeJS.Timeout>();
  /** Statuses on their way to the store, by definition. */
  const writing = new Map<string, Promise<void>>();
  let working: Promise<void> | undefined;
  let stopped = false;

  const enqueue = (name: string): void => {
    queue.add(name);
    working ??= work();
  };

  const enqueueLater = (name: string): void => {
    if (stopped) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      enqueue(name);
    }, recheckMilliseconds);
    timers.add(timer);
  };

  /** Definitions that wait for a name get another look when one may have become free. */
  const enqueueRefused = (group: string): void => {
    for (const object of cache.list()) {
      const { spec, status, metadata } = asDefinition(object);
      if (spec.group === group && !isConditionTrue(status, 'NamesAccepted')) enqueue(metadata.name);
    }
  };

  const inBackground = (name: string, write: () => Promise<unknown>): void => {
    const written = write()
      .catch((error: unknown) => failed(name, error))
      .then(() => void writing.delete(name));
    writing.set(name, written);
  };

  const writeStatus = async (name: string, change: (definition: StoredDefinition) => DefinitionStatus): Promise<StoredDefinition> =>
    asDefinition(
      await api.modify(definitionsResource, name, {
        user: loopbackUser,
        subresource: 'status',
        change: (object) => {
          const definition = asDefinition(object);
          const status = change(definition);
          if (jsonEqual(status, definition.status)) return false;
          definition.status = status;
          return undefined;
        },
      }),
    );

  const accept = (definition: StoredDefinition): void => {
    const { name } = definition.metadata;
    const { group } = definition.spec;
    const others = [...held].flatMap(([other, entry]) => (other !== name && entry.group === group ? [entry.names] : []));
    const time = formatTime(new Date(now()));
    const status = decideStatus(definition, others, time);
    const before = held.get(name);
    held.set(name, { group, names: status.acceptedNames ?? {} });
    if (jsonEqual(status, definition.status)) served.update(definition);
    else inBackground(name, async () => served.update(await writeStatus(name, (current) => decideStatus(current, others, time))));
    if (before && !jsonEqual(before.names, status.acceptedNames)) enqueueRefused(group);
  };

  const cleanUp = async (definition: StoredDefinition): Promise<void> => {
    const { metadata, spec, status } = definition;
    served.update(definition);
    if (!metadata.finalizers?.includes(cleanupFinalizer)) return;
    const terminating = (condition: Pick<DefinitionCondition, 'status' | 'reason' | 'message'>) =>
      writeStatus(metadata.name, (current) => {
        const next: DefinitionStatus = deepClone(current.status ?? {});
        setCondition(next, { type: 'Terminating', ...condition }, formatTime(new Date(now())));
        return next;
      });
    const version = spec.versions.find(({ storage }) => storage)?.name ?? '';
    const resource = { group: spec.group, version, resource: spec.names.plural ?? '' };
    // Of a kind that is ours the definition has no objects.
    const isServed = api.catalog.find(resource)?.custom?.definitionName === metadata.name;
    if (isConditionTrue(status, 'Established') && isServed) {
      const left = await deleteInstances(api, resource);
      if (left > 0) {
        await terminating({ status: 'True', reason: 'InstanceDeletionInProgress', message: 'CustomResource deletion is in progress' });
        enqueueLater(metadata.name);
        return;
      }
    }
    await terminating({ status: 'False', reason: 'InstanceDeletionCompleted', message: 'removed all instances' });
    await api.modify(definitionsResource, metadata.name, {
      user: loopbackUser,
      change: ({ metadata: current }) => {
        current.finalizers = current.finalizers?.filter((finalizer) => finalizer !== cleanupFinalizer) ?? [];
      },
    });
  };

  const reconcile = async (name: string): Promise<void> => {
    const object = cache.get(name);
    if (!object) {
      const group = held.get(name)?.group;
      held.delete(name);
      served.remove(name);
      if (group !== undefined) enqueueRefused(group);
      return;
    }
    const definition = asDefinition(object);
    if (isTerminating(definition)) await cleanUp(definition);
    else accept(definition);
  };

  const failed = (name: string, error: unknown): void => {
    if (isStatusError(error, 'NotFound')) return; // deleted meanwhile: its event is on the way
    log.warn('custom resource definition not reconciled', { name, error: error instanceof Error ? error.message : String(error) });
    enqueueLater(name);
  };

  const work = async (): Promise<void> => {
    for (const name of queue) {
      if (stopped) break;
      queue.delete(name);
      try {
        // What it has just been given is what it is decided by.
        await writing.get(name);
        await reconcile(name);
      } catch (error) {
        failed(name, error);
      }
    }
    working = undefined;
    if (queue.size > 0 && !stopped) working = work();
  };

  const unsubscribe = cache.onChange(({ object }) => enqueue(object.metadata.name));
  return {
    /** All definitions that are stored now are served. */
    async start(): Promise<void> {
      await cache.synced();
      for (const object of cache.list()) {
        const { metadata, spec, status } = asDefinition(object);
        held.set(metadata.name, { group: spec.group, names: status?.acceptedNames ?? {} });
        served.update(asDefinition(object));
        enqueue(metadata.name);
      }
      await working;
      await Promise.all(writing.values());
    },
    async stop(): Promise<void> {
      stopped = true;
      unsubscribe();
      for (const timer of timers) clearTimeout(timer);
      await working;
      await Promise.all(writing.values());
    },
  };
};

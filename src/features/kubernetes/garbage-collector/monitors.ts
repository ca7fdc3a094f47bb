import { parseGroupVersion, type ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { OwnerReference } from '../../../apimachinery/meta/object.ts';
import { customResourceDefinitionsRef } from '../../../api/refs.gen.ts';
import { discoverResources } from '../../../client/discovery.ts';
import type { DiscoveredResource } from '../../../client/discovery.ts';
import { sleep } from '../../../controller-runtime/clock.ts';
import type { Informer, InformerEvent, Manager } from '../../../controller-runtime/contract.ts';
import { createInformer } from '../../../controller-runtime/informer.ts';
import { errorMessage } from '../common/error-message.ts';
import { type GraphNode, isInteresting, nodeOf } from './graph.ts';

const resyncMilliseconds = 30_000;
/** A new definition is served a moment after its event. */
const settleMilliseconds = 200;

export interface MonitorHandlers {
  /** An object that is worth remembering came, changed or ceased to be one; or any object went. */
  event(ref: ResourceRef, event: InformerEvent): void;
  /** Objects of this kind may have gone unseen. */
  relisted(ref: ResourceRef): void;
}

/** What the collector sees of the cluster. */
export interface Monitors {
  /** An owner in caches that other controllers have anyway. */
  find(owner: OwnerReference, namespace: string | undefined): GraphNode | undefined;
  /** Until the signal aborts; may be run again then. */
  run(handlers: MonitorHandlers, signal: AbortSignal): Promise<void>;
}

interface Monitor {
  readonly informer: Informer;
  readonly stop: () => void;
}

const isCollectable = ({ group, resource, verbs }: DiscoveredResource): boolean =>
  ['delete', 'list', 'watch'].every((verb) => verbs.includes(verb)) &&
  !(resource === 'events' && (group === '' || group === 'events.k8s.io'));

const idOf = ({ group, version, resource }: ResourceRef): string => `${group}/${version}/${resource}`;
const kindOf = ({ group, kind }: Pick<ResourceRef, 'group' | 'kind'>): string => `${group}/${kind}`;

/**
 * Watches the metadata of every resource that can be deleted, and keeps the set in step with discovery. Caches that other controllers
 * have anyway are shared; those of its own hold only what is worth remembering. Custom resources come and go with their definitions.
 */
export const createMonitors = (manager: Manager): Monitors => {
  const { client, clock, log } = manager;
  const monitors = new Map<string, Monitor>();
  const byKind = new Map<string, Informer>();

  const open = (ref: ResourceRef, handlers: MonitorHandlers, signal: AbortSignal): Monitor => {
    const stopping = new AbortController();
    const shared = manager.existingInformer(ref);
    const options = { clock, log, metadataOnly: true, keep: isInteresting, onRelist: () => handlers.relisted(ref) };
    const own = shared ? undefined : createInformer(client.resource(ref), options);
    const informer = shared ?? own!;
    const unsubscribe = informer.onEvent((event) => handlers.event(ref, event));
    void own?.run(AbortSignal.any([signal, stopping.signal]));
    const stop = (): void => {
      unsubscribe();
      stopping.abort();
      // Whatever it showed is gone with its definition.
      if (!signal.aborted) for (const object of informer.list()) handlers.event(ref, { type: 'deleted', object });
    };
    return { informer, stop };
  };

  const sync = async (handlers: MonitorHandlers, signal: AbortSignal): Promise<void> => {
    const { resources, failures } = await discoverResources(client, { signal });
    const wanted = new Map(resources.filter(isCollectable).map((resource) => [idOf(resource), resource]));
    for (const [id, { informer, stop }] of monitors) {
      if (wanted.has(id) || failures.some(({ groupVersion }) => id.startsWith(`${groupVersion}/`))) continue;
      monitors.delete(id);
      byKind.delete(kindOf(informer.ref));
      stop();
    }
    for (const [id, { group, version, resource, kind, namespaced }] of wanted) {
      if (monitors.has(id)) continue;
      const monitor = open({ group, version, resource, kind, namespaced }, handlers, signal);
      monitors.set(id, monitor);
      byKind.set(kindOf({ group, kind }), monitor.informer);
    }
  };

  return {
    find: ({ apiVersion, kind, name, uid }, namespace) => {
      const informer = byKind.get(kindOf({ ...parseGroupVersion(apiVersion), kind }));
      const owner = informer?.get(name, informer.ref.namespaced ? namespace : undefined);
      return informer && owner?.metadata.uid === uid ? nodeOf(informer.ref, owner) : undefined;
    },
    run: async (handlers, signal) => {
      const definitions = manager.informer(customResourceDefinitionsRef);
      let hurry = new AbortController();
      const unsubscribe = definitions.onEvent(() => hurry.abort());
      await definitions.synced();
      while (!signal.aborted) {
        try {
          await sync(handlers, signal);
        } catch (error) {
          if (!signal.aborted) log.warn('garbage collector cannot discover resources', { error: errorMessage(error) });
        }
        if (!hurry.signal.aborted) await sleep(clock, resyncMilliseconds, AbortSignal.any([signal, hurry.signal]));
        hurry = new AbortController();
        await sleep(clock, settleMilliseconds, signal);
      }
      unsubscribe();
      for (const { stop } of monitors.values()) stop();
      monitors.clear();
      byKind.clear();
    },
  };
};

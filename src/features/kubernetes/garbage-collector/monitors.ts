import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import { customResourceDefinitionsRef } from '../../../api/refs.gen.ts';
import { discoverResources } from '../../../client/discovery.ts';
import type { DiscoveredResource } from '../../../client/discovery.ts';
import { sleep } from '../../../controller-runtime/clock.ts';
import type { Informer, InformerEvent, Manager } from '../../../controller-runtime/contract.ts';
import { createInformer } from '../../../controller-runtime/informer.ts';
import { errorMessage } from '../common/error-message.ts';

const resyncMilliseconds = 30_000;
/** A new definition is served a moment after its event. */
const settleMilliseconds = 200;

const isCollectable = ({ group, resource, verbs }: DiscoveredResource): boolean =>
  ['delete', 'list', 'watch'].every((verb) => verbs.includes(verb)) &&
  !(resource === 'events' && (group === '' || group === 'events.k8s.io'));

/** Listens until called: then whatever the informer showed is gone with its definition. */
const leaving = (informer: Informer, on: (event: InformerEvent) => void): (() => void) => {
  const unsubscribe = informer.onEvent(on);
  return () => {
    unsubscribe();
    for (const object of informer.list()) on({ type: 'deleted', object });
  };
};

const idOf = ({ group, version, resource }: ResourceRef): string => `${group}/${version}/${resource}`;

/**
 * Watches the metadata of every resource that can be deleted, and keeps the set in step with discovery. Caches that other controllers
 * have anyway are shared; custom resources come and go with their definitions.
 */
export const runMonitors = async (
  manager: Manager,
  handler: (ref: ResourceRef, event: InformerEvent) => void,
  signal: AbortSignal,
): Promise<void> => {
  const { client, clock, log } = manager;
  const monitors = new Map<string, () => void>();
  const definitions = manager.informer(customResourceDefinitionsRef);
  let hurry = new AbortController();
  const unsubscribe = definitions.onEvent(() => hurry.abort());
  await definitions.synced();
  const isCustom = ({ group }: ResourceRef): boolean =>
    definitions.list().some(({ spec }) => (spec as { group?: string } | undefined)?.group === group);

  const start = (ref: ResourceRef): (() => void) => {
    const on = (event: InformerEvent): void => handler(ref, event);
    if (!isCustom(ref)) return manager.informer(ref, { metadataOnly: true }).onEvent(on);
    const shared = manager.existingInformer(ref);
    if (shared) return leaving(shared, on);
    const stopping = new AbortController();
    const informer = createInformer(client.resource(ref), { clock, log, metadataOnly: true });
    void informer.run(AbortSignal.any([signal, stopping.signal]));
    const leave = leaving(informer, on);
    return () => {
      stopping.abort();
      leave();
    };
  };
  const sync = async (): Promise<void> => {
    const { resources, failures } = await discoverResources(client, { signal });
    const wanted = new Map(resources.filter(isCollectable).map((resource) => [idOf(resource), resource]));
    for (const [id, stop] of monitors) {
      if (wanted.has(id) || failures.some(({ groupVersion }) => id.startsWith(`${groupVersion}/`))) continue;
      stop();
      monitors.delete(id);
    }
    for (const [id, { group, version, resource, kind, namespaced }] of wanted) {
      if (!monitors.has(id)) monitors.set(id, start({ group, version, resource, kind, namespaced }));
    }
  };

  while (!signal.aborted) {
    try {
      await sync();
    } catch (error) {
      if (!signal.aborted) log.warn('garbage collector cannot discover resources', { error: errorMessage(error) });
    }
    if (!hurry.signal.aborted) await sleep(clock, resyncMilliseconds, AbortSignal.any([signal, hurry.signal]));
    hurry = new AbortController();
    await sleep(clock, settleMilliseconds, signal);
  }
  unsubscribe();
  for (const stop of monitors.values()) stop();
};

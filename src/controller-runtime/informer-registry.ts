import type { ResourceRef } from '../apimachinery/meta/group-version.ts';
import type { KubeObject, UnstructuredObject } from '../apimachinery/meta/object.ts';
import type { Client } from '../client/contract.ts';
import type { Clock, Informer, InformerOptions, Logger } from './contract.ts';
import { createInformer } from './informer.ts';
import type { RunnableInformer } from './informer.ts';

/** One informer for everybody who asks for the same resource and selection; each runs from `start`, or at once when asked for later. */
export interface InformerRegistry {
  informer<T extends KubeObject = UnstructuredObject>(ref: ResourceRef, options?: InformerOptions): Informer<T>;
  /** The full, unselected informer of the resource, where somebody asked for one. */
  existing(ref: ResourceRef): Informer | undefined;
  /** Gives the answer to a write to the full, unselected informer of the resource, if there is one. */
  absorb(ref: ResourceRef, object: KubeObject): void;
  start(signal: AbortSignal): void;
  /** Resolves when every informer there is now has synced. */
  synced(): Promise<void>;
  /** Resolves when all have ended. */
  stopped(): Promise<void>;
}

export const createInformerRegistry = (client: Client, options: { readonly clock: Clock; readonly log: Logger }): InformerRegistry => {
  const informers = new Map<string, RunnableInformer<KubeObject>>();
  const running: Promise<void>[] = [];
  /** Keys of full, unselected informers: every write asks. */
  const wholeKeys = new WeakMap<ResourceRef, string>();
  let signal: AbortSignal | undefined;

  const keyOf = (ref: ResourceRef, selection: InformerOptions, metadataOnly: boolean): string =>
    JSON.stringify([
      ref.group,
      ref.version,
      ref.resource,
      selection.namespace,
      selection.labelSelector,
      selection.fieldSelector,
      metadataOnly,
    ]);
  const whole = (ref: ResourceRef): RunnableInformer<KubeObject> | undefined => {
    const key = wholeKeys.get(ref) ?? keyOf(ref, {}, false);
    wholeKeys.set(ref, key);
    return informers.get(key);
  };
  const run = (informer: RunnableInformer<KubeObject>): void => {
    if (signal) running.push(informer.run(signal));
  };

  return {
    informer: <T extends KubeObject>(ref: ResourceRef, selection: InformerOptions = {}): Informer<T> => {
      const full = informers.get(keyOf(ref, selection, false));
      const shared = full ?? (selection.metadataOnly ? informers.get(keyOf(ref, selection, true)) : undefined);
      if (shared) return shared as unknown as Informer<T>;
      const created = createInformer(client.resource<T>(ref), { ...options, ...selection });
      const runnable = created as unknown as RunnableInformer<KubeObject>;
      informers.set(keyOf(ref, selection, selection.metadataOnly ?? false), runnable);
      run(runnable);
      return created;
    },
    existing: (ref) => whole(ref) as Informer | undefined,
    absorb: (ref, object) => whole(ref)?.absorb(object),
    start: (until) => {
      signal = until;
      for (const informer of informers.values()) run(informer);
    },
    synced: async () => {
      await Promise.all([...informers.values()].map((informer) => informer.synced()));
    },
    stopped: async () => {
      await Promise.all(running);
    },
  };
};

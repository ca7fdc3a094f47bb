import { formatGroupVersion } from '../../apimachinery/meta/group-version.ts';
import type { ResourceRef } from '../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { Informer, InformerEvent, Manager, ObjectKey, Watch } from '../../controller-runtime/contract.ts';
import type { ResourceBinding } from './api/resource-binding.ts';
import { keyOf } from '../../controller-runtime/object-key.ts';

/** `apps/v1|Deployment|namespace/name`: a template of any kind as one queue key. */
export type TemplateKey = string;

export const templateKey = (apiVersion: string, kind: string, key: ObjectKey): TemplateKey => `${apiVersion}|${kind}|${key}`;

export const splitTemplateKey = (key: TemplateKey): { readonly apiVersion: string; readonly kind: string; readonly key: ObjectKey } => {
  const [apiVersion = '', kind = '', rest = ''] = key.split('|');
  return { apiVersion, kind, key: rest };
};

/** Informers for just those kinds that policies, or dependencies, ask for; each starts when its kind is first wanted. */
export interface Templates {
  /** Resolves to undefined when the server does not serve the kind; it is asked again at the next call. */
  want(apiVersion: string, kind: string): Promise<Informer | undefined>;
  /** The informer of a kind that was wanted before. */
  known(apiVersion: string, kind: string): Informer | undefined;
  get(key: TemplateKey): UnstructuredObject | undefined;
  /** The template that a binding is for; undefined when it is gone, or another has its name. */
  of(binding: ResourceBinding): UnstructuredObject | undefined;
  /** Events of every kind, present and future. */
  watch(keys: (event: InformerEvent, key: TemplateKey) => readonly ObjectKey[]): Watch;
}

export const createTemplates = (manager: Manager): Templates => {
  const informers = new Map<string, Informer>();
  const listeners = new Set<(informer: Informer) => void>();

  const open = (ref: ResourceRef): Informer => {
    const id = `${formatGroupVersion(ref.group, ref.version)}|${ref.kind}`;
    const known = informers.get(id);
    if (known) return known;
    const informer = manager.informer(ref);
    informers.set(id, informer);
    for (const listener of listeners) listener(informer);
    return informer;
  };
  const known: Templates['known'] = (apiVersion, kind) => informers.get(`${apiVersion}|${kind}`);
  const get: Templates['get'] = (key) => {
    const { apiVersion, kind, key: objectKey } = splitTemplateKey(key);
    return known(apiVersion, kind)?.byKey(objectKey);
  };
  return {
    known,
    get,
    of: ({ spec: { resource } }) => {
      const key = resource.namespace ? `${resource.namespace}/${resource.name}` : resource.name;
      const template = known(resource.apiVersion, resource.kind)?.byKey(key);
      return template && resource.uid && template.metadata.uid !== resource.uid ? undefined : template;
    },
    want: async (apiVersion, kind) => {
      const ref = await manager.client.refFor(apiVersion, kind);
      if (!ref) return undefined;
      const informer = open(ref);
      await informer.synced();
      return informer;
    },
    watch: (keys) => ({
      synced: async () => {},
      subscribe: (enqueue) => {
        const unsubscribes: (() => void)[] = [];
        const listen = (informer: Informer): void => {
          const apiVersion = formatGroupVersion(informer.ref.group, informer.ref.version);
          unsubscribes.push(
            informer.onEvent((event) => {
              for (const key of keys(event, templateKey(apiVersion, informer.ref.kind, keyOf(event.object)))) enqueue(key);
            }),
          );
        };
        listeners.add(listen);
        for (const informer of informers.values()) listen(informer);
        return () => {
          listeners.delete(listen);
          for (const unsubscribe of unsubscribes) unsubscribe();
        };
      },
    }),
  };
};

import { isStatusError } from '../apimachinery/errors/status-error.ts';
import { parseGroupVersion } from '../apimachinery/meta/group-version.ts';
import type { ResourceRef } from '../apimachinery/meta/group-version.ts';
import type { CallOptions } from './contract.ts';

interface ResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

type Kinds = ReadonlyMap<string, ResourceRef>;

/** Kind → resource, by discovery of one group version at a time; cached, and asked again once when the kind is unknown. */
export const createDiscoveryMapper = (
  raw: (path: string, options?: CallOptions) => Promise<unknown>,
): ((apiVersion: string, kind: string, options?: CallOptions) => Promise<ResourceRef | undefined>) => {
  const cache = new Map<string, Promise<Kinds>>();

  const discover = async (apiVersion: string, options?: CallOptions): Promise<Kinds> => {
    const { group, version } = parseGroupVersion(apiVersion);
    const kinds = new Map<string, ResourceRef>();
    try {
      const list = (await raw(group === '' ? `/api/${version}` : `/apis/${group}/${version}`, options)) as ResourceList;
      for (const { name, kind, namespaced } of list.resources ?? []) {
        if (!name.includes('/')) kinds.set(kind, { group, version, resource: name, kind, namespaced });
      }
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
    return kinds;
  };

  const load = (apiVersion: string, options?: CallOptions): Promise<Kinds> => {
    const pending = discover(apiVersion, options);
    cache.set(apiVersion, pending);
    pending.catch(() => {
      if (cache.get(apiVersion) === pending) cache.delete(apiVersion);
    });
    return pending;
  };

  return async (apiVersion, kind, options) => {
    const cached = cache.get(apiVersion);
    const known = (await (cached ?? load(apiVersion, options))).get(kind);
    if (known || !cached) return known;
    return (await load(apiVersion, options)).get(kind);
  };
};

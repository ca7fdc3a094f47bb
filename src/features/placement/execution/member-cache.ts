import { formatGroupVersion } from '../../../apimachinery/meta/group-version.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { Informer, Manager } from '../../../controller-runtime/contract.ts';
import { annotations, labels } from '../api/names.ts';

/** What a member holds because of Works: one informer per kind that was applied, each of managed objects only. */
export interface MemberCache {
  /** The informer of the kind, started when asked for first; resolves when synced. */
  of(ref: ResourceRef): Promise<Informer>;
}

/** `onWork` is called with the key of the Work whose object changed on the member. */
export const createMemberCache = (member: Manager, onWork: (workKey: string) => void): MemberCache => {
  const informers = new Map<string, Informer>();
  return {
    of: async (ref) => {
      const id = `${formatGroupVersion(ref.group, ref.version)}/${ref.resource}`;
      let informer = informers.get(id);
      if (!informer) {
        informer = member.informer(ref, { labelSelector: `${labels.managed}=true` });
        informers.set(id, informer);
        informer.onEvent(({ object }) => {
          const key = workKeyOf(object);
          if (key) onWork(key);
        });
      }
      await informer.synced();
      return informer;
    },
  };
};

const workKeyOf = ({ metadata }: UnstructuredObject): string | undefined => {
  const namespace = metadata.annotations?.[annotations.workNamespace];
  const name = metadata.annotations?.[annotations.workName];
  return namespace && name ? `${namespace}/${name}` : undefined;
};

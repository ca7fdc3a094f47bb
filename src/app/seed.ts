import { readFileSync } from 'node:fs';
import {
  apiServicesRef,
  clusterRoleBindingsRef,
  clusterRolesRef,
  customResourceDefinitionsRef,
  flowSchemasRef,
  namespacesRef,
  priorityClassesRef,
  priorityLevelConfigurationsRef,
  roleBindingsRef,
  rolesRef,
} from '../api/refs.gen.ts';
import { formatGroupVersion } from '../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../apimachinery/meta/object.ts';
import type { Client } from '../client/contract.ts';

/** What a cluster begins with, as a server has made it. */
export interface Seed {
  /** The API server's default objects. */
  readonly cluster: readonly UnstructuredObject[];
  /** The hub's own kinds, established. */
  readonly hub: readonly UnstructuredObject[];
}

/** Kinds whose default objects are the same everywhere, but for uid and times. */
const seeded = [
  namespacesRef,
  clusterRolesRef,
  clusterRoleBindingsRef,
  rolesRef,
  roleBindingsRef,
  priorityClassesRef,
  priorityLevelConfigurationsRef,
  flowSchemasRef,
  apiServicesRef,
  customResourceDefinitionsRef,
];

const isOfHub = ({ kind, metadata }: UnstructuredObject): boolean =>
  kind === customResourceDefinitionsRef.kind || metadata.labels?.['kube-aggregator.kubernetes.io/automanaged'] === 'true';

/** What a hub has that nobody has used yet. */
export const takeSeed = async (hub: Client): Promise<Seed> => {
  const lists = await Promise.all(
    seeded.map(async (ref) => {
      const { items } = await hub.resource<UnstructuredObject>(ref).list();
      return items.map(({ metadata: { resourceVersion: _version, ...metadata }, ...rest }): UnstructuredObject => ({
        ...rest,
        kind: ref.kind,
        apiVersion: formatGroupVersion(ref.group, ref.version),
        metadata,
      }));
    }),
  );
  const objects = lists.flat();
  return { cluster: objects.filter((object) => !isOfHub(object)), hub: objects.filter(isOfHub) };
};

/** The seed that the build has made of this very program (scripts/seed.mjs). Undefined when it runs from source: it starts without. */
export const readSeed = (): Seed | undefined => {
  try {
    return JSON.parse(readFileSync(new URL('./seed.gen.json', import.meta.url), 'utf8')) as Seed;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

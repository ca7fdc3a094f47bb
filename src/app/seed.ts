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

/** What an empty store begins with, as servers have made it. */
export interface Seed {
  /** In every cluster: the API server's default objects. */
  readonly cluster: readonly UnstructuredObject[];
  /** In a hub besides: its own kinds, established, and the roles of its controllers. */
  readonly hub: readonly UnstructuredObject[];
  /** In a member besides: the roles of its controllers. */
  readonly member: readonly UnstructuredObject[];
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

const defaultObjects = async (client: Client): Promise<UnstructuredObject[]> => {
  const lists = await Promise.all(
    seeded.map(async (ref) => {
      const { items } = await client.resource<UnstructuredObject>(ref).list();
      return items.map(({ metadata: { resourceVersion: _version, ...metadata }, ...rest }): UnstructuredObject => ({
        ...rest,
        kind: ref.kind,
        apiVersion: formatGroupVersion(ref.group, ref.version),
        metadata,
      }));
    }),
  );
  return lists.flat();
};

const nameOf = ({ kind, metadata }: UnstructuredObject): string => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;

/** What a member and a hub have that nobody has used yet. */
export const takeSeed = async (member: Client, hub: Client): Promise<Seed> => {
  const [members, hubs] = await Promise.all([defaultObjects(member), defaultObjects(hub)]);
  const [ofMember, ofHub] = [members, hubs].map((objects) => new Set(objects.map(nameOf)));
  return {
    cluster: members.filter((object) => ofHub?.has(nameOf(object))),
    hub: hubs.filter((object) => !ofMember?.has(nameOf(object))),
    member: members.filter((object) => !ofHub?.has(nameOf(object))),
  };
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

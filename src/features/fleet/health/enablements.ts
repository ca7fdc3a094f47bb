import type { Client } from '../../../client/contract.ts';
import { discoverResources } from '../../../client/discovery.ts';
import { formatGroupVersion } from '../../../apimachinery/meta/group-version.ts';
import type { ClusterStatus } from '../api/cluster.ts';

/** Which kinds a member serves, by group version; only what can be created and listed there. */
export const apiEnablements = async (client: Client, signal: AbortSignal): Promise<NonNullable<ClusterStatus['apiEnablements']>> => {
  const { resources } = await discoverResources(client, { signal });
  const byGroupVersion = new Map<string, { name: string; kind: string }[]>();
  for (const { group, version, resource, kind, verbs } of resources) {
    if (!verbs.includes('list') || !verbs.includes('create')) continue;
    const groupVersion = formatGroupVersion(group, version);
    byGroupVersion.set(groupVersion, [...(byGroupVersion.get(groupVersion) ?? []), { name: resource, kind }]);
  }
  return [...byGroupVersion]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([groupVersion, found]) => ({ groupVersion, resources: found.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }));
};

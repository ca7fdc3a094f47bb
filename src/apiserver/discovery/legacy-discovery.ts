import { formatGroupVersion } from '../../apimachinery/meta/group-version.ts';
import type { ServedGroup, ServedResource, ServedVersion } from './served-group.ts';

/** meta/v1 APIVersions: the answer of /api. `serverAddress` is host:port. */
export const apiVersions = (serverAddress: string) => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
});

const groupBody = (group: ServedGroup) => {
  const versions = group.versions.map(({ version }) => ({ groupVersion: formatGroupVersion(group.name, version), version }));
  return { name: group.name, versions, preferredVersion: versions[0] };
};

/** meta/v1 APIGroup: the answer of /apis/GROUP. */
export const apiGroup = (group: ServedGroup) => ({ kind: 'APIGroup', apiVersion: 'v1', ...groupBody(group) });

/** meta/v1 APIGroupList: the answer of /apis. */
export const apiGroupList = (groups: readonly ServedGroup[]) => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: groups.filter(({ name }) => name !== '').map(groupBody),
});

const resourceEntries = (resource: ServedResource): object[] => [
  {
    name: resource.name,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: resource.verbs,
    ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
    ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
    ...(resource.storageVersionHash === undefined ? {} : { storageVersionHash: resource.storageVersionHash }),
  },
  ...resource.subresources.map(({ name, kind, responseKind, verbs }) => ({
    name: `${resource.name}/${name}`,
    singularName: '',
    namespaced: resource.namespaced,
    ...(responseKind.version === '' || sameGroupVersion(responseKind, resource.responseKind) ? {} : responseKind),
    kind,
    verbs,
  })),
];

const sameGroupVersion = (a: { group: string; version: string }, b: { group: string; version: string }): boolean =>
  a.group === b.group && a.version === b.version;

/** meta/v1 APIResourceList: the answer of /api/v1 and /apis/GROUP/VERSION. The core group's has no apiVersion, as ever. */
export const apiResourceList = (group: string, { version, resources }: ServedVersion) => ({
  kind: 'APIResourceList',
  ...(group === '' ? {} : { apiVersion: 'v1' }),
  groupVersion: formatGroupVersion(group, version),
  resources: resources.flatMap(resourceEntries),
});

import { createHash } from 'node:crypto';
import { encodeProtobuf } from '../../api/protobuf.ts';
import type { KindCatalog } from '../registry/contract.ts';
import { aggregatedDiscovery } from './aggregated-discovery.ts';
import { apiGroup, apiGroupList, apiResourceList } from './legacy-discovery.ts';
import type { RemoteGroups } from './remote-groups.ts';
import { orderGroups, servedGroups } from './served-group.ts';
import type { ServedGroup, ServedVersion } from './served-group.ts';
import { storageVersionHash } from './storage-version-hash.ts';

type Encodable = Parameters<typeof encodeProtobuf>[0];

/** An encoded document and the quoted hash of its bytes. */
export interface DiscoveryDocument {
  readonly bytes: Buffer;
  readonly etag: string;
}

export interface DiscoveryDocuments {
  groups(): readonly ServedGroup[];
  aggregated(root: 'api' | 'apis', format: 'json' | 'protobuf'): DiscoveryDocument;
  groupList(): DiscoveryDocument;
  /** Undefined when the group is not served. */
  group(name: string): DiscoveryDocument | undefined;
  /** Whether a group version is known whose server does not answer. */
  isStale(group: string, version: string): boolean;
  /** Undefined when the group version is not served. */
  resources(group: string, version: string): DiscoveryDocument | undefined;
}

/** Encoded discovery documents, made on first use and forgotten when the catalog or the remote groups change; `onAggregated` hears of that. */
export const createDiscoveryDocuments = (
  catalog: KindCatalog,
  remote: RemoteGroups,
  onAggregated: () => void = () => {},
): DiscoveryDocuments => {
  let stamp = '';
  let groups: readonly ServedGroup[] = [];
  const documents = new Map<string, DiscoveryDocument | undefined>();

  const refresh = (): void => {
    const current = `${catalog.generation}/${remote.generation}`;
    if (current === stamp) return;
    const isOurs = (group: string, version: string): boolean =>
      catalog.all().some((definition) => !definition.custom && definition.group === group && definition.version === version);
    // A custom kind's group version may be somebody else's now, a built-in one's never.
    const others = remote.all().map((group) => ({
      ...group,
      versions: group.versions.filter(({ version }) => !isOurs(group.name, version)),
    }));
    groups = orderGroups([...servedGroups(catalog.all(), storageVersionHash), ...others.filter(({ versions }) => versions.length > 0)]);
    documents.clear();
    onAggregated();
    stamp = current;
  };

  function document(key: string, make: () => object, format?: 'json' | 'protobuf'): DiscoveryDocument;
  function document(key: string, make: () => object | undefined): DiscoveryDocument | undefined;
  function document(key: string, make: () => object | undefined, format?: 'json' | 'protobuf'): DiscoveryDocument | undefined {
    if (documents.has(key)) return documents.get(key);
    const value = make();
    if (value === undefined) return undefined; // not kept: a client can ask for any number of unknown groups
    const bytes = format === 'protobuf' ? encodeProtobuf(value as Encodable) : Buffer.from(`${JSON.stringify(value)}\n`);
    const etag = `"${createHash('sha512').update(bytes).digest('hex').toUpperCase()}"`;
    const made = { bytes, etag };
    documents.set(key, made);
    return made;
  }

  const find = (name: string): ServedGroup | undefined => groups.find((group) => group.name === name);
  const findVersion = (name: string, version: string): ServedVersion | undefined =>
    find(name)?.versions.find((candidate) => candidate.version === version);
  return {
    groups: () => {
      refresh();
      return groups;
    },
    aggregated: (root, format) => {
      refresh();
      const shown = (): object => aggregatedDiscovery(groups.filter(({ name }) => (name === '') === (root === 'api')));
      return document(`${root};${format}`, shown, format);
    },
    groupList: () => {
      refresh();
      return document('apis', () => apiGroupList(groups));
    },
    group: (name) => {
      refresh();
      return document(`apis/${name}`, () => {
        const group = find(name);
        return group && apiGroup(group);
      });
    },
    isStale: (name, version) => {
      refresh();
      return findVersion(name, version)?.freshness === 'Stale';
    },
    resources: (name, version) => {
      refresh();
      return document(`apis/${name}/${version}`, () => {
        const served = findVersion(name, version);
        return served && apiResourceList(name, served);
      });
    },
  };
};

import type { ServedGroup, ServedResource } from './served-group.ts';

export interface APIGroupDiscoveryList {
  readonly kind: 'APIGroupDiscoveryList';
  readonly apiVersion: string;
  readonly metadata: object;
  readonly items: readonly object[];
}

const discoveredResource = (resource: ServedResource): object => ({
  resource: resource.name,
  responseKind: { ...resource.responseKind, kind: resource.kind },
  scope: resource.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: resource.singular,
  verbs: resource.verbs,
  ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
  ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
  ...(resource.subresources.length > 0
    ? {
        subresources: resource.subresources.map(({ name, kind, responseKind, verbs }) => ({
          subresource: name,
          responseKind: { ...responseKind, kind },
          verbs,
        })),
      }
    : {}),
});

/** apidiscovery.k8s.io APIGroupDiscoveryList (KEP-3352): everything below /api (`groups` is the core group) or /apis at once. */
export const aggregatedDiscovery = (groups: readonly ServedGroup[]): APIGroupDiscoveryList => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  metadata: {},
  items: groups.map((group) => ({
    metadata: group.name === '' ? {} : { name: group.name },
    versions: group.versions.map(({ version: name, resources, freshness }) => ({
      version: name,
      ...(resources.length > 0 ? { resources: resources.map(discoveredResource) } : {}),
      freshness,
    })),
  })),
});

import type { KubeObject } from '../meta/object.ts';
import type { CustomResourceDefinitionSource } from './definition-source.ts';

export interface CustomResourceDefinition extends KubeObject {
  spec: Record<string, unknown>;
}

/** Renders one of our kinds to an apiextensions.k8s.io/v1 CustomResourceDefinition, the same for our server and for a real kube-apiserver. */
export const renderDefinition = (source: CustomResourceDefinitionSource): CustomResourceDefinition => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${source.plural}.${source.group}` },
  spec: {
    group: source.group,
    scope: source.namespaced ? 'Namespaced' : 'Cluster',
    names: {
      kind: source.kind,
      listKind: `${source.kind}List`,
      plural: source.plural,
      singular: source.singular,
      ...(source.shortNames ? { shortNames: source.shortNames } : {}),
      ...(source.categories ? { categories: source.categories } : {}),
    },
    versions: source.versions.map((version) => ({
      name: version.name,
      served: version.served,
      storage: version.storage,
      schema: { openAPIV3Schema: version.schema },
      ...(version.columns ? { additionalPrinterColumns: version.columns } : {}),
      ...(version.status || version.scale
        ? { subresources: { ...(version.status ? { status: {} } : {}), ...(version.scale ? { scale: version.scale } : {}) } }
        : {}),
    })),
  },
});

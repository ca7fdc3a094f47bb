import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { boolean, int32, object, oneOf, rootSchema, string } from '../../../apimachinery/schema/define.ts';
import type { Static } from '../../../apimachinery/schema/define.ts';
import type { CustomResourceDefinitionSource } from '../../../apimachinery/schema/definition-source.ts';

const specSchema = object(
  {},
  {
    nodes: int32({ minimum: 0, maximum: 1000, default: 3 }),
    running: boolean({ default: true }),
    region: string(),
    zone: string(),
    provider: string(),
  },
);

const statusSchema = object({}, { phase: oneOf(['Starting', 'Running', 'Stopped', 'Failed']), server: string(), message: string() });

/** fleet.causeway.dev/v1alpha1 EmbeddedCluster: a member that runs inside the hub's process, with simulated nodes. Not for production. */
export interface EmbeddedCluster extends KubeObject {
  spec: Static<typeof specSchema>;
  status?: Static<typeof statusSchema>;
}

export const embeddedClustersRef: ResourceRef = {
  group: 'fleet.causeway.dev',
  version: 'v1alpha1',
  resource: 'embeddedclusters',
  kind: 'EmbeddedCluster',
  namespaced: false,
};

export const embeddedClusterDefinition: CustomResourceDefinitionSource = {
  group: embeddedClustersRef.group,
  kind: embeddedClustersRef.kind,
  plural: embeddedClustersRef.resource,
  singular: 'embeddedcluster',
  shortNames: ['ec'],
  categories: ['causeway'],
  namespaced: false,
  versions: [
    {
      name: 'v1alpha1',
      served: true,
      storage: true,
      status: true,
      schema: rootSchema(specSchema, statusSchema, { required: ['spec'] }),
      columns: [
        { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
        { name: 'Nodes', type: 'integer', jsonPath: '.spec.nodes' },
        { name: 'Server', type: 'string', jsonPath: '.status.server' },
        { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
      ],
    },
  ],
};

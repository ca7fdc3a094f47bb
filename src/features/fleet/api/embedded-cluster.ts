import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { boolean, int32, object, oneOf, string } from '../../../apimachinery/schema/define.ts';
import type { Static } from '../../../apimachinery/schema/define.ts';
import { defineKind } from '../../../apimachinery/schema/define-kind.ts';

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

export const embeddedClusterDefinition = defineKind(embeddedClustersRef, {
  spec: specSchema,
  status: statusSchema,
  shortName: 'ec',
  category: 'causeway',
  columns: [
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
    { name: 'Nodes', type: 'integer', jsonPath: '.spec.nodes' },
    { name: 'Server', type: 'string', jsonPath: '.status.server' },
  ],
});

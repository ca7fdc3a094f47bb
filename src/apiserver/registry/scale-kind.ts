import { schemaSource } from '../../api/definitions.ts';
import type { KindDefinition } from '../../api/kind-definition.ts';
import { humanAge } from '../../apimachinery/time/human-duration.ts';
import type { Scale } from '../registry/scale-view.ts';

const column = (name: string, type: string) => ({ name, type, priority: 0 });

/** autoscaling/v1 Scale, a kind that is served below others only: how it is decoded, and its columns. */
export const scaleKind: KindDefinition = {
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  listKind: 'ScaleList',
  plural: 'scales',
  singular: 'scale',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: ['get', 'update', 'patch'],
  subresources: [],
  schema: () => schemaSource('io.k8s.api.autoscaling.v1.Scale'),
  columns: [column('Name', 'string'), column('Desired', 'integer'), column('Available', 'integer'), column('Age', 'string')],
  cells(object, now) {
    const { metadata, spec, status } = object as Scale;
    return [metadata.name, spec.replicas ?? 0, status.replicas, humanAge(metadata.creationTimestamp, now)];
  },
  strategy: {},
};

import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionPlugin } from '../contract.ts';
import { coreResource, isFor } from '../refuse.ts';

const copied = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'] as const;

/** PodTopologyLabels: a pod bound to a node gets the node's zone and region as labels (KEP-4742). */
export const podTopologyLabels = (api: Pick<InternalApi, 'get'>): AdmissionPlugin => ({
  name: 'PodTopologyLabels',
  handles: (attributes) =>
    attributes.operation === 'CREATE' &&
    (isFor(attributes, '', 'pods', 'binding') || isFor(attributes, '', 'bindings') || isFor(attributes, '', 'pods')),
  async admit({ object, definition, subresource }) {
    if (!object) return;
    const isBinding = subresource === 'binding' || definition.plural === 'bindings';
    const target = object['target'] as { kind?: string; name?: string } | undefined;
    if (isBinding && target?.kind !== 'Node') return;
    const name = isBinding ? target?.name : (object['spec'] as { nodeName?: string } | undefined)?.nodeName;
    const node = name ? await api.get(coreResource('nodes'), name) : undefined;
    for (const key of copied) {
      const value = node?.metadata.labels?.[key];
      if (value !== undefined) object.metadata.labels = { ...object.metadata.labels, [key]: value };
    }
  },
});

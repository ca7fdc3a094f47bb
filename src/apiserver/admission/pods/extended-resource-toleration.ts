import type { AdmissionPlugin } from '../contract.ts';
import { isFor } from '../refuse.ts';
import { asPod } from './pod-types.ts';

const isExtended = (resource: string): boolean =>
  resource.includes('/') && !/(^|\.)kubernetes\.io\//.test(resource) && !resource.startsWith('requests.');

/** ExtendedResourceToleration (off by default): pods that ask for a device tolerate the taint of the nodes that have it. */
export const extendedResourceToleration: AdmissionPlugin = {
  name: 'ExtendedResourceToleration',
  handles: (attributes) => (attributes.operation === 'CREATE' || attributes.operation === 'UPDATE') && isFor(attributes, '', 'pods'),
  admit({ object }) {
    if (!object) return;
    const { spec } = asPod(object);
    const requested = [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ resources }) =>
      Object.keys(resources?.requests ?? {}),
    );
    for (const key of [...new Set(requested.filter(isExtended))].toSorted()) {
      const own = spec.tolerations ?? [];
      const has = own.some(
        (toleration) => toleration.key === key && toleration.operator === 'Exists' && toleration.effect === 'NoSchedule',
      );
      if (!has) spec.tolerations = [...own, { key, operator: 'Exists', effect: 'NoSchedule' }];
    }
  },
};

import type { AdmissionPlugin } from '../contract.ts';
import { isFor } from '../refuse.ts';
import { asPod, type Toleration } from './pod-types.ts';

const unhealthy = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

const tolerates = (toleration: Toleration, key: string): boolean =>
  (!toleration.key || toleration.key === key) && (!toleration.effect || toleration.effect === 'NoExecute');

/** DefaultTolerationSeconds: pods stay five minutes on a node that is not ready or unreachable. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  handles: (attributes) => (attributes.operation === 'CREATE' || attributes.operation === 'UPDATE') && isFor(attributes, '', 'pods'),
  admit({ object }) {
    if (!object) return;
    const { spec } = asPod(object);
    const own = spec.tolerations ?? [];
    const missing = unhealthy.filter((key) => !own.some((toleration) => tolerates(toleration, key)));
    if (missing.length === 0) return;
    spec.tolerations = [...own, ...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }))];
  },
};

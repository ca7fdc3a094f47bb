import type { AdmissionPlugin } from '../contract.ts';
import { isFor } from '../refuse.ts';

interface Taint {
  key: string;
  effect: string;
  value?: string;
}

const notReady: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

/** TaintNodesByCondition: a new node takes no pods until it is known to be ready. */
export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  handles: (attributes) => attributes.operation === 'CREATE' && isFor(attributes, '', 'nodes'),
  admit({ object }) {
    if (!object) return;
    const spec = (object['spec'] ??= {}) as { taints?: Taint[] };
    if (spec.taints?.some(({ key, effect }) => key === notReady.key && effect === notReady.effect)) return;
    spec.taints = [...(spec.taints ?? []), { ...notReady }];
  },
};

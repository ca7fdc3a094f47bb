import type { GroupBehaviour } from '../kind-behaviour.ts';
import { cellsOf } from '../typed.ts';
import type { NodeMetrics, PodMetrics } from './types.gen.ts';
import { addQuantities } from '../../apimachinery/quantity/quantity.ts';
import { formatQuantity } from '../../apimachinery/quantity/format-quantity.ts';
import { parseQuantity } from '../../apimachinery/quantity/parse-quantity.ts';

const total = (quantities: readonly string[]): string =>
  formatQuantity(quantities.map(parseQuantity).reduce(addQuantities, parseQuantity('0')));

export const metricsKinds: GroupBehaviour = {
  nodes: {
    virtual: true,
    cells: cellsOf<NodeMetrics>(({ metadata, usage, window }) => [metadata.name, usage['cpu'] ?? '0', usage['memory'] ?? '0', window]),
  },
  pods: {
    virtual: true,
    cells: cellsOf<PodMetrics>(({ metadata, containers, window }) => [
      metadata.name,
      ...['cpu', 'memory'].map((resource) => total(containers.map(({ usage }) => usage[resource] ?? '0'))),
      window,
    ]),
  },
};
